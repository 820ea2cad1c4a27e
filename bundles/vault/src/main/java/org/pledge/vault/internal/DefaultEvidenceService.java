package org.pledge.vault.internal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.audit.Leaf;
import org.pledge.crypto.CardSealer;
import org.pledge.crypto.CardSealer.Place;
import org.pledge.crypto.VaultKeys;
import org.pledge.store.Transactions;
import org.pledge.store.VaultTransactions;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.vault.EvidenceService;
import org.pledge.vault.PaymentService.Kind;
import org.pledge.vault.PaymentService.Payment;
import org.pledge.vault.spi.VaultStore;
import org.pledge.vault.spi.VaultStore.StoredEvidence;

/** Takes evidence until a chargeback's deadline, and keeps each piece under a key of its own. */
@Component(configurationPid = VaultConfig.PID)
public final class DefaultEvidenceService implements EvidenceService {
    private static final int MOST_PIECES = 10;

    private final VaultTransactions transactions;
    private final VaultStore store;
    private final KnownCustomers customers;
    private final CardSealer sealer;
    private final Unsealed unsealed;
    private final Acts acts;
    private final Erasure erasure;
    private final Duration kept;

    /** In the container. */
    @Activate
    public DefaultEvidenceService(
            VaultConfig config,
            @Reference VaultTransactions transactions,
            @Reference VaultStore store,
            @Reference Transactions main,
            @Reference SubjectStore people,
            @Reference VaultKeys keys,
            @Reference CardSealer sealer,
            @Reference AuditRelay relay) {
        this(
                transactions,
                store,
                new KnownCustomers(main, people::known),
                keys,
                sealer,
                relay::wake,
                Clock.systemUTC(),
                Duration.ofDays(config.evidence_kept_days()));
    }

    /** @param kept how long a piece is kept after the chargeback's deadline */
    DefaultEvidenceService(
            VaultTransactions transactions,
            VaultStore store,
            KnownCustomers customers,
            VaultKeys keys,
            CardSealer sealer,
            Runnable wake,
            Clock clock,
            Duration kept) {
        this.transactions = transactions;
        this.store = store;
        this.customers = customers;
        this.sealer = sealer;
        this.unsealed = new Unsealed(keys);
        this.acts = new Acts(transactions, store, wake, clock);
        this.erasure = new Erasure(store, sealer, acts);
        this.kept = kept;
    }

    @Override
    public Evidence add(Caller caller, UUID capture, UUID chargeback, Type type, byte[] content) {
        caller.require(Role.OPERATOR);
        unsealed.require();
        EvidenceForm.check(type, content);
        Optional<SubjectId> customer = transactions
                .required(() -> Trail.of(store, found(store.payment(caller.tenant(), chargeback), capture)))
                .map(Trail::customer);
        customer.ifPresent(each -> customers.check(caller.tenant(), each));
        Evidence added = add(caller, capture, chargeback, type, content, sha256(content));
        customer.ifPresent(each -> eraseWhenGone(caller, each, added));
        return added;
    }

    /** A removal that ended in between did not see this piece. */
    private void eraseWhenGone(Caller caller, SubjectId customer, Evidence added) {
        try {
            customers.check(caller.tenant(), customer);
        } catch (PledgeException e) {
            if (e.kind() == PledgeException.Kind.NOT_FOUND) {
                transactions.required(() -> erasure.erase(caller, List.of(added)));
            }
            throw e;
        }
    }

    private Evidence add(Caller caller, UUID capture, UUID chargeback, Type type, byte[] content, String sha256) {
        return transactions.required(() -> {
            Payment against = found(store.lockPayment(caller.tenant(), chargeback), capture);
            List<Evidence> before = store.evidenceAgainst(caller.tenant(), chargeback);
            return before.stream()
                    .filter(each -> each.sha256().equals(sha256))
                    .findFirst()
                    .orElseGet(() -> keep(caller, against, before.size(), type, content, sha256));
        });
    }

    private Evidence keep(Caller caller, Payment chargeback, int before, Type type, byte[] content, String sha256) {
        Instant now = acts.now();
        Instant end = chargeback.evidenceUntil().orElse(chargeback.created());
        if (now.isAfter(end)) {
            throw conflict(
                    "the time for evidence ended at " + end, "Settle it with the clearing house by other means.");
        }
        if (before >= MOST_PIECES) {
            throw conflict(
                    "there are " + MOST_PIECES + " pieces already", "Put what is left into one document before.");
        }
        Trail trail = Trail.of(store, chargeback)
                .orElseThrow(() -> conflict(
                        "the record no longer tells whose card it was",
                        "Settle it with the clearing house by other means."));
        Evidence evidence = new Evidence(
                caller.tenant(),
                UUID.randomUUID(),
                chargeback.id(),
                type,
                content.length,
                sha256,
                now,
                caller.name(),
                end.plus(kept));
        StoredEvidence stored = new StoredEvidence(
                evidence, chargeback.token(), trail.customer(), sealer.seal(place(evidence), content));
        store.addEvidence(stored);
        record(Leaf.Act.EVIDENCE_ADDED, caller, stored);
        return evidence;
    }

    @Override
    public List<Evidence> list(Caller caller, UUID capture, UUID chargeback) {
        caller.require(Role.OPERATOR, Role.AUDITOR);
        unsealed.require();
        return transactions.required(() -> {
            found(store.payment(caller.tenant(), chargeback), capture);
            return store.evidenceAgainst(caller.tenant(), chargeback);
        });
    }

    @Override
    public Content content(Caller caller, UUID capture, UUID chargeback, UUID id) {
        caller.require(Role.OPERATOR);
        unsealed.require();
        return transactions.required(() -> {
            found(store.payment(caller.tenant(), chargeback), capture);
            StoredEvidence stored = store.evidence(caller.tenant(), id)
                    .filter(each -> each.evidence().chargeback().equals(chargeback))
                    .orElseThrow(DefaultEvidenceService::unknown);
            byte[] content = sealer.open(place(stored.evidence()), stored.content());
            record(Leaf.Act.EVIDENCE_READ, caller, stored);
            return new Content(stored.evidence(), content);
        });
    }

    private void record(Leaf.Act act, Caller caller, StoredEvidence stored) {
        acts.add(
                act,
                caller,
                Optional.of(stored.customer()),
                stored.token(),
                List.of(),
                Erasure.details(stored.evidence()));
    }

    private static Payment found(Optional<Payment> chargeback, UUID capture) {
        return chargeback
                .filter(each -> each.kind() == Kind.CHARGEBACK && each.parent().equals(Optional.of(capture)))
                .orElseThrow(DefaultEvidenceService::unknown);
    }

    private static Place place(Evidence evidence) {
        return new Place(evidence.tenant(), evidence.id(), "evidence", "content");
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PledgeException conflict(String text, String remedy) {
        return new PledgeException(PledgeException.Kind.CONFLICT, text).remedy(remedy);
    }

    private static PledgeException unknown() {
        return new PledgeException(PledgeException.Kind.NOT_FOUND, "this tenant has no such evidence or chargeback")
                .remedy("Check the identifiers.");
    }
}
