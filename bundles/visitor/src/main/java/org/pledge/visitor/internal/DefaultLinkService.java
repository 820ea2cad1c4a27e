package org.pledge.visitor.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.crypto.LookupTokens;
import org.pledge.crypto.Sealer;
import org.pledge.lookup.Lookup;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Category;
import org.pledge.policy.Policy.DataClass;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;
import org.pledge.subject.RemovalCheck;
import org.pledge.subject.RemovalCheck.Kept;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.visitor.LinkService;
import org.pledge.visitor.spi.HeldRecords;
import org.pledge.visitor.spi.LinkStore;
import org.pledge.visitor.spi.LinkStore.StoredLink;
import org.pledge.visitor.spi.LinkStore.StoredRecord;

/** Links devices to people, and keeps what linked devices do sealed under the keys of these people. */
@Component
public final class DefaultLinkService implements LinkService {
    private static final String USE = "linked-device";
    private static final Pattern DEVICE = Pattern.compile("[!-~]{8,128}");
    private static final int LONGEST = 2048;

    private final Transactions transactions;
    private final LinkStore store;
    private final SubjectStore people;
    private final Sealer sealer;
    private final LookupTokens tokens;
    private final PolicyService policies;
    private final AuditLog audit;
    private final Supplier<List<RemovalCheck>> checks;
    private final Runnable close;
    private final Clock clock;

    /** As it runs. */
    @Activate
    public DefaultLinkService(
            @Reference Transactions transactions,
            @Reference LinkStore store,
            @Reference SubjectStore people,
            @Reference Sealer sealer,
            @Reference LookupTokens tokens,
            @Reference PolicyService policies,
            @Reference AuditLog audit,
            BundleContext context) {
        this(transactions, store, people, sealer, tokens, policies, audit, Lookup.opened(context, RemovalCheck.class));
    }

    private DefaultLinkService(
            Transactions transactions,
            LinkStore store,
            SubjectStore people,
            Sealer sealer,
            LookupTokens tokens,
            PolicyService policies,
            AuditLog audit,
            Lookup<RemovalCheck> checks) {
        this(transactions, store, people, sealer, tokens, policies, audit, checks, checks::close, Clock.systemUTC());
    }

    DefaultLinkService(
            Transactions transactions,
            LinkStore store,
            SubjectStore people,
            Sealer sealer,
            LookupTokens tokens,
            PolicyService policies,
            AuditLog audit,
            Supplier<List<RemovalCheck>> checks,
            Runnable close,
            Clock clock) {
        this.checks = checks;
        this.close = close;
        this.transactions = transactions;
        this.store = store;
        this.people = people;
        this.sealer = sealer;
        this.tokens = tokens;
        this.policies = policies;
        this.audit = audit;
        this.clock = clock;
    }

    @Deactivate
    void stop() {
        close.run();
    }

    @Override
    public Link link(Caller caller, SubjectId person, String device) {
        caller.require(Role.OPERATOR, Role.INTEGRATOR);
        LinkRules rules = rules(caller);
        StoredLink wanted = new StoredLink(
                caller.tenant(), UUID.randomUUID(), person, token(caller.tenant(), device, "device"), now());
        return transactions.required(() -> {
            requirePerson(caller.tenant(), person);
            if (store.addLink(wanted)) {
                record(caller, Leaf.Act.DEVICE_LINKED, wanted, rules, 0);
                return view(wanted, rules);
            }
            StoredLink present = store.lockLink(caller.tenant(), wanted.token())
                    .filter(link -> link.subject().equals(person))
                    .orElseThrow(() -> new PledgeException(Kind.CONFLICT, "this device is linked already")
                            .remedy("Give the device another pseudonym when somebody else logs in on it."));
            return view(present, rules);
        });
    }

    private LinkRules rules(Caller caller) {
        LinkRules rules = LinkRules.of(policies.current(caller.tenant()));
        rules.requireLinks();
        return rules;
    }

    private void requirePerson(TenantId tenant, SubjectId person) {
        if (!people.knows(tenant, person)) {
            throw new PledgeException(Kind.NOT_FOUND, "no such person").remedy("Check the identifier.");
        }
    }

    private byte[] token(TenantId tenant, String device, String field) {
        if (!DEVICE.matcher(device).matches()) {
            throw invalid(field + ": a pseudonym takes 8 to 128 printable characters without spaces");
        }
        return tokens.token(tenant, USE, device.getBytes(UTF_8));
    }

    private Link view(StoredLink link, LinkRules rules) {
        return new Link(
                link.id(),
                link.subject(),
                link.since(),
                store.counts(link.tenant(), link.subject(), link.id()),
                rules.promises());
    }

    @Override
    public List<Link> links(Caller caller, SubjectId person) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        LinkRules rules = LinkRules.of(policies.current(caller.tenant()));
        return transactions.required(() -> store.links(caller.tenant(), person).stream()
                .map(link -> view(link, rules))
                .toList());
    }

    @Override
    public void unlink(Caller caller, SubjectId person, UUID id) {
        caller.require(Role.OPERATOR, Role.INTEGRATOR);
        LinkRules rules = LinkRules.of(policies.current(caller.tenant()));
        transactions.required(() -> {
            StoredLink link = store.links(caller.tenant(), person).stream()
                    .filter(one -> one.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> new PledgeException(Kind.NOT_FOUND, "this person has no such link")
                            .remedy("List the person's links to see those there are."));
            Map<String, Long> counts = store.counts(caller.tenant(), person, id);
            refuseHeld(caller.tenant(), person, counts.keySet());
            long records = counts.values().stream().mapToLong(Long::longValue).sum();
            store.removeLink(caller.tenant(), person, id);
            record(caller, Leaf.Act.DEVICE_UNLINKED, link, rules, records);
        });
    }

    private void refuseHeld(TenantId tenant, SubjectId person, Set<String> categories) {
        List<RemovalCheck> present = checks.get();
        if (present.isEmpty()) {
            throw new PledgeException(Kind.UNAVAILABLE, "nobody is there to say whether a legal hold keeps something")
                    .remedy(
                            "Nothing was removed; try again in a moment, and start the retention bundle if it stays so.");
        }
        present.stream()
                .flatMap(check -> check.kept(tenant, person).stream())
                .filter(kept -> categories.contains(kept.category()))
                .max(Comparator.comparing(Kept::until))
                .ifPresent(kept -> {
                    throw new PledgeException(
                                    Kind.CONFLICT,
                                    "a legal hold keeps " + kept.category() + " of this device until " + kept.until()
                                            + " (" + kept.ground() + ")")
                            .because(kept.promises())
                            .remedy("End the link when the hold has ended, or have two officers release it before:"
                                    + " retention:release.");
                });
    }

    private void record(Caller caller, Leaf.Act act, StoredLink link, LinkRules rules, long removed) {
        Map<String, String> details = new TreeMap<>(Map.of("link", link.id().toString()));
        if (act == Leaf.Act.DEVICE_UNLINKED) {
            details.put("removed", Long.toString(removed));
        }
        audit.append(new Leaf(
                link.tenant(), now(), act, caller.name(), Optional.of(link.subject()), rules.promises(), details));
    }

    @Override
    public void record(Caller caller, List<Seen> seen) {
        caller.require(Role.OPERATOR, Role.INTEGRATOR);
        LinkRules rules = rules(caller);
        Instant now = now();
        if (seen.isEmpty() || seen.size() > MOST_RECORDS) {
            throw invalid("records: 1 to " + MOST_RECORDS + " in one call");
        }
        List<byte[]> devices = new ArrayList<>();
        for (int i = 0; i < seen.size(); i++) {
            devices.add(token(caller.tenant(), seen.get(i).device(), "records[" + i + "].device"));
            check(rules, seen.get(i), now, "records[" + i + "]");
        }
        transactions.required(() -> {
            List<StoredRecord> records = new ArrayList<>();
            for (int i = 0; i < seen.size(); i++) {
                Seen one = seen.get(i);
                store.lockLink(caller.tenant(), devices.get(i))
                        .filter(this::inUse)
                        .ifPresent(link -> records.add(sealed(link, one)));
            }
            store.addRecords(records);
        });
    }

    /** Nothing more is collected of somebody whose data is kept without being used. */
    private boolean inUse(StoredLink link) {
        return people.knows(link.tenant(), link.subject())
                && people.marks(link.tenant(), link.subject()).isEmpty();
    }

    private static void check(LinkRules rules, Seen one, Instant now, String which) {
        if (!rules.records(one.category())) {
            throw invalid(which + ".category: not one of the policy's that is recorded of linked devices");
        }
        if (one.at().isAfter(now.plus(EventRules.CLOCKS_DIFFER)) || one.at().isBefore(now.minus(EventRules.LATEST))) {
            throw invalid(which + ".at: not within the last " + EventRules.LATEST.toHours() + " hours");
        }
        if (one.value().isBlank() || one.value().length() > LONGEST) {
            throw invalid(which + ".value: takes 1 to " + LONGEST + " characters");
        }
    }

    private static PledgeException invalid(String text) {
        return new PledgeException(Kind.INVALID, text).remedy("Correct the request; nothing of it was kept.");
    }

    private StoredRecord sealed(StoredLink link, Seen seen) {
        UUID id = UUID.randomUUID();
        byte[] text = seen.value().getBytes(UTF_8);
        byte[] plain = ByteBuffer.allocate(Long.BYTES + text.length)
                .putLong(seen.at().toEpochMilli())
                .put(text)
                .array();
        try {
            return new StoredRecord(
                    link.tenant(),
                    id,
                    LocalDate.ofInstant(seen.at(), ZoneOffset.UTC),
                    link.id(),
                    link.subject(),
                    seen.category(),
                    sealer.seal(HeldRecords.place(link.tenant(), link.subject(), id, seen.category()), plain));
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    @Override
    public List<Recorded> recorded(TenantId tenant, SubjectId person, int after, int limit) {
        return transactions.required(() -> store.records(tenant, person, after, limit).stream()
                .map(this::opened)
                .toList());
    }

    private Recorded opened(StoredRecord one) {
        byte[] plain =
                sealer.open(HeldRecords.place(one.tenant(), one.subject(), one.id(), one.category()), one.sealed());
        try {
            ByteBuffer read = ByteBuffer.wrap(plain);
            Instant at = Instant.ofEpochMilli(read.getLong());
            return new Recorded(
                    one.link(), one.category(), at, UTF_8.decode(read).toString());
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    @Override
    public DataClass classOf(TenantId tenant, SubjectId person, String category) {
        Policy policy = policies.current(tenant);
        DataClass otherwise = policy.category(category).map(Category::dataClass).orElseThrow(() -> new PledgeException(
                        Kind.INVALID, "the policy has no such category")
                .remedy("Send a category that the pack of this tenant names."));
        boolean linked = LinkRules.of(policy).records(category)
                && transactions.required(() -> !store.links(tenant, person).isEmpty());
        return linked ? DataClass.PERSONAL : otherwise;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
