package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.Sealer.Place;

final class RecordFormatTest {
    private static final Place PLACE = new Place(new TenantId("kx"), new SubjectId(1, 2), "person", "email");
    private static final byte[] PLAIN = Fields.utf8("someone");

    private final RecordFormat<Place> records = RecordFormat.ofSubjects();
    private final SecretBytes key = SecretBytes.random(32);
    private final SecretBytes otherKey = SecretBytes.random(32);

    @Property(tries = 100)
    void opensWhatItSealed(@ForAll @Size(max = 500) byte[] plain) {
        byte[] sealed = records.seal(key, PLACE, plain);
        assertThat(sealed).hasSize(RecordFormat.HEADER_BYTES + plain.length + Gcm.TAG_BYTES);
        assertThat(records.open(key, PLACE, sealed)).isEqualTo(plain);
    }

    @Test
    void neverSealsTheSameWayTwice() {
        Set<ByteBuffer> salts = new HashSet<>();
        Set<ByteBuffer> texts = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            byte[] sealed = records.seal(key, PLACE, PLAIN);
            salts.add(ByteBuffer.wrap(sealed, 1, RecordFormat.SALT_BYTES).slice());
            texts.add(ByteBuffer.wrap(sealed, RecordFormat.HEADER_BYTES, PLAIN.length)
                    .slice());
        }
        assertThat(salts).hasSize(200);
        assertThat(texts).hasSize(200);
    }

    @Test
    void refusesARecordThatWasMoved() {
        byte[] sealed = records.seal(key, PLACE, PLAIN);
        List<Place> elsewhere = List.of(
                new Place(new TenantId("kz"), PLACE.subject(), "person", "email"),
                new Place(PLACE.tenant(), new SubjectId(1, 3), "person", "email"),
                new Place(PLACE.tenant(), new SubjectId(3, 2), "person", "email"),
                new Place(PLACE.tenant(), PLACE.subject(), "account", "email"),
                new Place(PLACE.tenant(), PLACE.subject(), "person", "name"),
                new Place(PLACE.tenant(), PLACE.subject(), "persone", "mail"),
                new Place(PLACE.tenant(), PLACE.subject(), "", "personemail"));
        for (Place place : elsewhere) {
            assertThatThrownBy(() -> records.open(key, place, sealed))
                    .as(place.toString())
                    .isInstanceOf(SecurityException.class);
        }
        assertThat(records.open(key, PLACE, sealed)).isEqualTo(PLAIN);
    }

    @Test
    void refusesEveryFlippedBit() {
        byte[] sealed = records.seal(key, PLACE, PLAIN);
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> records.open(key, PLACE, flipped))
                    .as("bit %s", bit)
                    .isInstanceOf(SecurityException.class)
                    .hasNoCause();
        }
    }

    @Test
    void refusesWhatIsCutOffOrTooLong() {
        byte[] sealed = records.seal(key, PLACE, PLAIN);
        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThatThrownBy(() -> records.open(key, PLACE, cut)).isInstanceOf(SecurityException.class);
        }
        assertThatThrownBy(() -> records.open(key, PLACE, Arrays.copyOf(sealed, sealed.length + 1)))
                .isInstanceOf(SecurityException.class);
    }

    @Test
    void refusesAnotherKey() {
        byte[] sealed = records.seal(key, PLACE, PLAIN);
        assertThatThrownBy(() -> records.open(otherKey, PLACE, sealed)).isInstanceOf(SecurityException.class);
    }

    @Test
    void theCommitmentRefusesAnotherKeyEvenWhereItsTagIsRight() {
        byte[] salt = new byte[RecordFormat.SALT_BYTES];
        RecordFormat.Derived committed = records.derive(key, salt);
        RecordFormat.Derived used = records.derive(otherKey, salt);
        byte[] ciphertext = new Gcm().encrypt(used.key(), used.nonce(), RecordFormat.associated(PLACE), PLAIN);
        assertThat(records.open(otherKey, PLACE, joined(salt, used.commitment(), ciphertext)))
                .as("the tag is right")
                .isEqualTo(PLAIN);
        byte[] crossed = joined(salt, committed.commitment(), ciphertext);
        assertThatThrownBy(() -> records.open(otherKey, PLACE, crossed)).isInstanceOf(SecurityException.class);
        assertThatThrownBy(() -> records.open(key, PLACE, crossed)).isInstanceOf(SecurityException.class);
    }

    private static byte[] joined(byte[] salt, byte[] commitment, byte[] ciphertext) {
        return ByteBuffer.allocate(RecordFormat.HEADER_BYTES + ciphertext.length)
                .put(RecordFormat.VERSION)
                .put(salt)
                .put(commitment)
                .put(ciphertext)
                .array();
    }

    @Test
    void aWipedKeySealsNothing() {
        key.close();
        assertThatThrownBy(() -> records.seal(key, PLACE, PLAIN)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void partsNeverRunIntoEachOther() {
        assertThat(Fields.of("ab", "c")).isNotEqualTo(Fields.of("a", "bc"));
        assertThat(Fields.of("a", "")).isNotEqualTo(Fields.of("a"));
    }
}
