package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.pledge.PledgeException;

final class ShareTest {
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private final Share share = new Share(0xa1b2c3, 2, 3, SecretBytes.random(32));

    private static Share read(String text) {
        return Share.read(text.toCharArray());
    }

    private static void assertRefused(String text, String says) {
        assertThatThrownBy(() -> read(text)).isInstanceOfSatisfying(PledgeException.class, e -> {
            assertThat(e.kind()).isEqualTo(PledgeException.Kind.INVALID);
            assertThat(e.getMessage()).contains(says);
        });
    }

    @Property(tries = 200)
    void readsWhatItPrints(
            @ForAll @IntRange(max = 0xffffff) int set,
            @ForAll @IntRange(min = 2, max = 9) int needed,
            @ForAll @IntRange(min = 1, max = 9) int index,
            @ForAll @Size(32) byte[] value) {
        Share read = Share.read(new Share(set, needed, index, SecretBytes.of(value.clone())).print());
        assertThat(read.set()).isEqualTo(set);
        assertThat(read.needed()).isEqualTo(needed);
        assertThat(read.index()).isEqualTo(index);
        assertThat(read.value().getEncoded()).isEqualTo(value);
    }

    @Test
    void readsItHoweverItIsTyped() {
        String text = String.valueOf(share.print());
        for (String typed : new String[] {
            text.toLowerCase(Locale.ROOT),
            text.replace("-", "").replace("\n", ""),
            "  " + text.replace('-', ' ') + "\n",
            text.replace('0', 'o').replace('1', 'l'),
            text.replace('0', 'O').replace('1', 'I')
        }) {
            assertThat(read(typed).value().getEncoded()).isEqualTo(share.value().getEncoded());
        }
    }

    @Test
    void namesTheGroupWithAWrongCharacter() {
        String text = String.valueOf(share.print());
        int character = 0;
        for (int i = 0; i < text.length(); i++) {
            if (ALPHABET.indexOf(text.charAt(i)) < 0) {
                continue;
            }
            for (char other : (ALPHABET + "U?").toCharArray()) {
                if (other != text.charAt(i)) {
                    assertRefused(
                            text.substring(0, i) + other + text.substring(i + 1),
                            "group " + (character / 5 + 1) + " of the share is mistyped");
                }
            }
            character++;
        }
        assertThat(character).isEqualTo(80);
    }

    @Test
    void noticesTwoCharactersAndTwoGroupsThatChangedPlaces() {
        String text = String.valueOf(share.print()).replace("-", "").replace("\n", "");
        for (int i = 0; i + 1 < text.length(); i++) {
            if (text.charAt(i) != text.charAt(i + 1)) {
                assertRefused(
                        text.substring(0, i) + text.charAt(i + 1) + text.charAt(i) + text.substring(i + 2), "group");
            }
        }
        for (int i = 0; i + 10 <= text.length(); i += 5) {
            assertRefused(
                    text.substring(0, i)
                            + text.substring(i + 5, i + 10)
                            + text.substring(i, i + 5)
                            + text.substring(i + 10),
                    "group");
        }
    }

    @Test
    void noticesWhatIsMissingOrTooMuch() {
        char[] text = share.print();
        assertRefused("", "16 groups of 5");
        assertRefused(String.valueOf(Arrays.copyOf(text, text.length - 1)), "16 groups of 5");
        assertRefused(String.valueOf(text) + "0", "16 groups of 5");
    }

    @Test
    void refusesWellTypedNonsense() {
        char[] text = new Share(0, 2, 1, SecretBytes.of(new byte[32])).print();
        char[] other = new Share(0, 2, 2, SecretBytes.of(new byte[32])).print();
        System.arraycopy(text, 0, other, 0, 5);
        assertThat(other).isNotEqualTo(text);
        assertRefused(String.valueOf(other), "no share");
        assertRefused(String.valueOf(new Share(0, 1, 1, SecretBytes.of(new byte[32])).print()), "no share");
        assertRefused(String.valueOf(new Share(0, 2, 0, SecretBytes.of(new byte[32])).print()), "no share");
        assertRefused(String.valueOf(new Share(0, 2, 10, SecretBytes.of(new byte[32])).print()), "no share");
    }

    @Test
    void itsTextSaysNothingOfTheSecret() {
        assertThat(share).hasToString("share 3 of set A1B2C3, of which 2 are needed");
    }
}
