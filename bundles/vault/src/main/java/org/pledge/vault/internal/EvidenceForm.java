package org.pledge.vault.internal;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.vault.EvidenceService;
import org.pledge.vault.EvidenceService.Type;

/** Whether content is what it is said to be. */
final class EvidenceForm {
    private static final byte[] PDF = {'%', 'P', 'D', 'F', '-'};
    /** PNG, third edition, 5.2. */
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    /** ISO/IEC 10918-1, B.1.1.3: the start of an image, and the first byte of the next marker. */
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

    private EvidenceForm() {}

    static void check(Type type, byte[] content) {
        if (content.length == 0 || content.length > EvidenceService.MOST_BYTES) {
            throw refused(
                    "evidence must have 1 to " + EvidenceService.MOST_BYTES + " bytes", "Send it in several pieces.");
        }
        boolean fits =
                switch (type) {
                    case PDF -> begins(content, PDF);
                    case PNG -> begins(content, PNG);
                    case JPEG -> begins(content, JPEG);
                    case TEXT -> isText(content);
                };
        if (!fits) {
            throw refused("the content is no " + type.mediaType(), "Name the type that it has.");
        }
        if (type == Type.TEXT && CardNumber.isHiddenIn(content)) {
            throw refused(
                    "a card number stands in the text; it was not kept", "Leave all but its last four digits out.");
        }
    }

    private static boolean begins(byte[] content, byte[] with) {
        return content.length > with.length && Arrays.equals(content, 0, with.length, with, 0, with.length);
    }

    /** UTF-8 without control characters but those that end lines, words and pages. */
    private static boolean isText(byte[] content) {
        CharBuffer text = CharBuffer.allocate(0);
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            return text.chars().noneMatch(c -> Character.isISOControl(c) && "\t\n\r\f".indexOf(c) < 0);
        } catch (CharacterCodingException e) {
            return false;
        } finally {
            Arrays.fill(text.array(), '\0');
        }
    }

    private static PledgeException refused(String text, String remedy) {
        return new PledgeException(Kind.INVALID, text).remedy(remedy);
    }
}
