package org.pledge.subject.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.pledge.PledgeException;
import org.pledge.policy.Policy.Category;

/** The form of a field's values: what they may look like, and how they become bytes. */
final class FieldValues {
    private static final int LONGEST = 4096;
    private static final int LONGEST_EMAIL = 254;
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+");
    private static final Pattern PHONE = Pattern.compile("(?=.*[0-9])[0-9+ ]{1,32}");

    private FieldValues() {}

    /** Whether an address of this category reaches somebody by email. */
    static boolean isEmail(Category category) {
        return category.name().equals("email") || category.fideslang().equals("user.contact.email");
    }

    private static boolean isPhone(Category category) {
        return switch (category.name()) {
            case "phone", "fax", "mobile" -> true;
            default -> false;
        };
    }

    static void check(Category category, List<String> values) {
        for (String value : values) {
            if (value == null
                    || value.isBlank()
                    || value.length() > LONGEST
                    || !value.codePoints().allMatch(FieldValues::isText)) {
                throw invalid(
                        category, "each value takes 1 to " + LONGEST + " characters, no control characters among them");
            }
            if (isEmail(category)
                    && (value.length() > LONGEST_EMAIL || !EMAIL.matcher(value).matches())) {
                throw invalid(
                        category,
                        "an address takes one @ and a domain with a dot, and at most " + LONGEST_EMAIL + " characters");
            }
            if (isPhone(category) && !PHONE.matcher(value).matches()) {
                throw invalid(category, "a number takes digits, + and spaces, and at most 32 of them");
            }
        }
    }

    private static boolean isText(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }

    private static PledgeException invalid(Category category, String text) {
        return new PledgeException(PledgeException.Kind.INVALID, category.name() + ": " + text)
                .remedy("Correct the value and send it again.");
    }

    /** Each value as UTF-8 after its length in four bytes. The caller wipes the result. */
    static byte[] encode(List<String> values) {
        List<byte[]> parts = values.stream().map(value -> value.getBytes(UTF_8)).toList();
        ByteBuffer all = ByteBuffer.allocate(
                parts.stream().mapToInt(part -> Integer.BYTES + part.length).sum());
        for (byte[] part : parts) {
            all.putInt(part.length).put(part);
            Arrays.fill(part, (byte) 0);
        }
        return all.array();
    }

    static List<String> decode(byte[] bytes) {
        List<String> values = new ArrayList<>();
        ByteBuffer all = ByteBuffer.wrap(bytes);
        while (all.hasRemaining()) {
            int length = all.getInt();
            values.add(new String(bytes, all.position(), length, UTF_8));
            all.position(all.position() + length);
        }
        return List.copyOf(values);
    }
}
