package org.pledge.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.Leaf;

final class LeafFormatTest {
    private static final Leaf LEAF = new Leaf(
            new TenantId("kx"),
            Instant.parse("1970-01-01T00:00:01.000002Z"),
            Leaf.Act.REFUSED,
            "shop",
            Optional.of(new SubjectId(1, 2)),
            List.of("KX-2", "KX-1"),
            Map.of("field", "email"));

    @Test
    void writesTheDocumentedBytes() {
        String expected = "01"
                + "00000002" + "6b78"
                + "00000008" + "00000000000f4242"
                + "00000007" + "52454655534544"
                + "00000004" + "73686f70"
                + "00000010" + "0000000000000001" + "0000000000000002"
                + "00000002" + "00000004" + "4b582d32" + "00000004" + "4b582d31"
                + "00000002" + "00000005" + "6669656c64" + "00000005" + "656d61696c";
        assertThat(HexFormat.of().formatHex(LeafFormat.encode(LEAF))).isEqualTo(expected);
    }

    @Property(tries = 200)
    void readsBackWhatItWrote(@ForAll("leaves") Leaf leaf) {
        assertThat(LeafFormat.decode(LeafFormat.encode(leaf))).isEqualTo(leaf);
    }

    @Provide
    Arbitrary<Leaf> leaves() {
        Arbitrary<String> text =
                Arbitraries.strings().ascii().withChars('ä', '☃', '\u0000').ofMaxLength(20);
        Arbitrary<Instant> times = Arbitraries.longs()
                .between(-1_000_000_000_000_000L, 9_000_000_000_000_000L)
                .map(micros -> Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
        Arbitrary<Optional<SubjectId>> subjects = Combinators.combine(Arbitraries.longs(), Arbitraries.longs())
                .as(SubjectId::new)
                .optional();
        return Combinators.combine(
                        times,
                        Arbitraries.of(Leaf.Act.class),
                        text,
                        subjects,
                        text.list().ofMaxSize(3),
                        Arbitraries.maps(text, text).ofMaxSize(3))
                .as((at, act, actor, subject, promises, details) ->
                        new Leaf(new TenantId("kx"), at, act, actor, subject, promises, details));
    }

    @Test
    void noFlippedBitReadsAsTheSameLeaf() {
        byte[] content = LeafFormat.encode(LEAF);
        for (int bit = 0; bit < 8 * content.length; bit++) {
            byte[] flipped = content.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertThat(LeafFormat.decode(flipped)).isNotEqualTo(LEAF);
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageStartingWith("these bytes are not");
            }
        }
    }

    @Test
    void refusesWhatIsCutOffOrTooLong() {
        byte[] content = LeafFormat.encode(LEAF);
        for (int length = 0; length < content.length; length++) {
            byte[] cut = Arrays.copyOf(content, length);
            assertThatThrownBy(() -> LeafFormat.decode(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> LeafFormat.decode(Arrays.copyOf(content, content.length + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAnUnknownVersion() {
        byte[] content = LeafFormat.encode(LEAF);
        content[0] = 2;
        assertThatThrownBy(() -> LeafFormat.decode(content)).isInstanceOf(IllegalArgumentException.class);
    }
}
