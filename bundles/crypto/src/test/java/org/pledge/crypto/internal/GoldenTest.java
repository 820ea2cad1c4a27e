package org.pledge.crypto.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.Sealer;
import org.pledge.crypto.spi.CardKeyStore.EpochKey;
import org.pledge.crypto.spi.CardKeyStore.IntakeKeyPair;
import org.pledge.crypto.spi.WrappedKeyStore.WrappedKey;
import org.pledge.store.memory.MemoryStore;
import org.pledge.store.memory.MemoryVault;

/** Holds every format against files that an independent program made from the documentation. */
final class GoldenTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    @Test
    void aSubjectsRecordAndAllKeysAboveIt() throws IOException {
        Golden golden = Golden.of("subject-record-1.properties");
        TenantId tenant = new TenantId(golden.text("tenant"));
        SubjectId subject = SubjectId.parse(golden.text("subject"));
        Sealer.Place place = new Sealer.Place(tenant, subject, golden.text("entity"), golden.text("column"));
        assertThat(RecordFormat.ofSubjects()
                        .seal(golden.secret("dataKey"), place, golden.bytes("plain"), golden.bytes("salt")))
                .isEqualTo(golden.bytes("sealed"));

        Files.write(
                folder.resolve("pledge.p12"),
                Pkcs12.encode(
                        Map.of(
                                "pledge-root", new Pkcs12.Entry("AES", golden.secret("root")),
                                "pledge-lookup", new Pkcs12.Entry("HmacSHA256", golden.secret("lookup"))),
                        "pin".toCharArray()));
        Files.writeString(folder.resolve("pledge.pin"), "pin\n");
        MemoryStore store = new MemoryStore();
        store.required(() -> {
            store.putEpochKey("0000-00", golden.bytes("proofWrapped"));
            store.putEpochKey(golden.text("epoch"), golden.bytes("epochWrapped"));
            store.putSubjectKey(tenant, subject, new WrappedKey(golden.text("epoch"), golden.bytes("keyWrapped")));
        });
        RootKeys roots = new RootKeys(folder.resolve("pledge.p12"), folder.resolve("pledge.pin"), store, store);
        Sealer sealer = new DefaultSealer(roots, store, store, 10, Duration.ofMinutes(1), CLOCK);
        assertThat(sealer.open(place, golden.bytes("sealed"))).isEqualTo(golden.bytes("plain"));
        assertThat(new DefaultLookupTokens(roots).token(tenant, golden.text("tokenUse"), golden.bytes("tokenValue")))
                .isEqualTo(golden.bytes("token"));
    }

    @Test
    void aCardsRecordAndAllKeysAboveIt() {
        Golden golden = Golden.of("card-record-1.properties");
        TenantId tenant = new TenantId(golden.text("tenant"));
        UUID card = UUID.fromString(golden.text("card"));
        CardSealer.Place place = new CardSealer.Place(tenant, card, golden.text("entity"), golden.text("column"));
        assertThat(RecordFormat.ofCards()
                        .seal(golden.secret("dataKey"), place, golden.bytes("plain"), golden.bytes("salt")))
                .isEqualTo(golden.bytes("sealed"));

        MemoryVault store = new MemoryVault();
        store.required(() -> {
            store.putEpochKey(new EpochKey("lookup", golden.bytes("lookupWrapped"), NOW));
            store.putEpochKey(new EpochKey(golden.text("epoch"), golden.bytes("epochWrapped"), NOW));
            store.putCardKey(tenant, card, new WrappedKey(golden.text("epoch"), golden.bytes("keyWrapped")));
            store.putIntakeKey(new IntakeKeyPair(
                    golden.text("kid"),
                    golden.bytes("intakePublic"),
                    golden.bytes("intakeWrapped"),
                    NOW,
                    Optional.empty()));
        });
        VaultKeyRing ring = Vaults.ring(new FakeRoot(golden.secret("root")), store, CLOCK);
        CardSealer sealer = new DefaultCardSealer(ring, store, store);
        assertThat(sealer.open(place, golden.bytes("sealed"))).isEqualTo(golden.bytes("plain"));
        assertThat(sealer.token(tenant, golden.text("tokenUse"), golden.bytes("tokenValue")))
                .isEqualTo(golden.bytes("token"));
        assertThat(sealer.intakeKeys()).extracting(CardSealer.IntakeKey::kid).startsWith(golden.text("kid"));
        assertThat(P256.thumbprint(golden.bytes("intakePublic"))).isEqualTo(golden.text("kid"));
        assertThat(sealer.agree(golden.text("kid"), golden.bytes("senderX"), golden.bytes("senderY")))
                .isEqualTo(golden.bytes("agreed"));
    }

    @Test
    void sharesAsTheyArePrinted() {
        Golden golden = Golden.of("shares-1.properties");
        List<Share> shares = List.of("share1", "share2", "share3").stream()
                .map(name -> Share.read(golden.text(name).toCharArray()))
                .toList();
        for (int i = 0; i < shares.size(); i++) {
            Share share = shares.get(i);
            assertThat(share.index()).isEqualTo(i + 1);
            assertThat(share.needed()).isEqualTo(Integer.parseInt(golden.text("needed")));
            assertThat(Share.setName(share.set())).isEqualTo(golden.text("set"));
            assertThat(String.valueOf(share.print()).replace('\n', ' ')).isEqualTo(golden.text("share" + (i + 1)));
            Share next = shares.get((i + 1) % shares.size());
            assertThat(Shamir.combine(new TreeMap<>(Map.of(share.index(), share.value(), next.index(), next.value())))
                            .getEncoded())
                    .isEqualTo(golden.bytes("secret"));
        }
    }
}
