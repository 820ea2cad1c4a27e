package org.pledge.consent.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Jurisdiction;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentView;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.consent.spi.ConsentStore.Reach;
import org.pledge.store.Follower;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every consent of every person in packed arrays, at most 64 bytes for each, read from the log at start.
 *
 * <p>A person's changes are applied strictly by epoch: one that is known is ignored, one that comes too early is turned
 * away. So the epoch of a standing says that the table knows every change up to it. A withdrawal walks the person's own
 * consents, which makes a wide scope as cheap as a narrow one, and keeps their places for later grants.
 */
@Component(
        service = {ConsentView.class, Follower.class, ConsentTable.class},
        immediate = true)
public final class ConsentTable implements ConsentView, Follower {
    private static final Logger LOG = LoggerFactory.getLogger(ConsentTable.class);
    private static final int BATCH = 10_000;
    private static final int SEGMENT_BITS = 6;
    private static final Duration MOST_BEHIND = Duration.ofSeconds(10);

    /** No purpose, recipient or category can be called so. */
    private static final String INQUIRY = "(inquiry)";

    private static final String OBJECTION = "(objection)";
    private static final String EVERYTHING = "(everything)";

    /** After the code of a jurisdiction: people there whose data is not used, and people there who object. */
    private static final String RESTRICTED = "!";

    private static final String OBJECTING = "?";

    private static final int CATEGORY_BITS = 16;
    private static final int RECIPIENT_BITS = 20;
    private static final int PURPOSE_BITS = 14;
    private static final int TENANT_BITS = 12;
    private static final int JURISDICTION_BITS = 12;
    private static final int VERSION_BITS = 20;
    private static final int PURPOSE_SHIFT = CATEGORY_BITS + RECIPIENT_BITS;
    private static final int TENANT_SHIFT = PURPOSE_SHIFT + PURPOSE_BITS;

    private final Numbers tenants = new Numbers(TENANT_BITS);
    private final Numbers purposes = new Numbers(PURPOSE_BITS);
    private final Numbers recipients = new Numbers(RECIPIENT_BITS);
    private final Numbers categories = new Numbers(CATEGORY_BITS);
    private final Scopes scopes = new Scopes(Segment.SCOPE_BITS);
    private final Numbers jurisdictions = new Numbers(JURISDICTION_BITS);
    private final AtomicReferenceArray<String> jurisdictionNames = new AtomicReferenceArray<>(1 << JURISDICTION_BITS);
    private final long inquiryPurpose = purposes.of(INQUIRY);
    private final long objectionPurpose = purposes.of(OBJECTION);
    private final Segment[] segments = new Segment[1 << SEGMENT_BITS];
    private final ConsentStore store;
    private final Transactions transactions;
    private final LongSupplier nanos;

    /** Whether there may be other nodes. */
    private volatile boolean following;

    /** When it was asked for what is in the table now. */
    private volatile long current;

    /** How far the log went when it was read the last time but one, or earlier. */
    private Reach before;

    /** Up to here nothing is added to the log any more, and all is in the table. */
    private long settled;

    /** The table as the log makes it. */
    @Activate
    public ConsentTable(@Reference ConsentStore store, @Reference Transactions transactions) {
        this(store, transactions, System::nanoTime);
    }

    ConsentTable(ConsentStore store, Transactions transactions, LongSupplier nanos) {
        this.store = store;
        this.transactions = transactions;
        this.nanos = nanos;
        Arrays.setAll(segments, each -> new Segment());
        current = nanos.getAsLong();
        before = transactions.required(store::reach);
        long changes = readOn();
        settled = before.settles(before) ? before.last() : 0;
        LOG.info("The consent table holds {} people after {} changes, in {} kB.", people(), changes, bytes() / 1000);
    }

    /** Reads what is not settled again: a change may be committed after others that have a higher sequence. */
    @Override
    public void follow() {
        following = true;
        long asked = nanos.getAsLong();
        Reach now = transactions.required(store::reach);
        readOn();
        if (now.settles(before)) {
            settled = before.last();
            before = now;
        }
        current = asked;
    }

    @Override
    public void requireCurrent() {
        if (following && nanos.getAsLong() - current > MOST_BEHIND.toNanos()) {
            throw new PledgeException(
                            PledgeException.Kind.UNAVAILABLE,
                            "what other nodes recorded could not be read for " + MOST_BEHIND.toSeconds()
                                    + " seconds; a consent may have been withdrawn")
                    .remedy("Nothing was decided. Ask another node, or again when this one reaches its database.");
        }
    }

    private long readOn() {
        long changes = 0;
        List<Event> early = new ArrayList<>();
        List<Event> batch = read(settled);
        while (!batch.isEmpty()) {
            for (Event event : batch) {
                if (!apply(event)) {
                    early.add(event);
                }
            }
            changes += batch.size();
            batch = read(batch.get(batch.size() - 1).sequence());
        }
        early.sort(Comparator.comparingLong(Event::epoch));
        long lost = early.stream().filter(event -> !apply(event)).count();
        if (lost > 0) {
            LOG.error("{} changes of consent follow one that is not in the log; those people are denied.", lost);
        }
        return changes;
    }

    private List<Event> read(long after) {
        return transactions.required(() -> store.log(after, BATCH));
    }

    @Override
    public void follow(TenantId tenant, SubjectId subject) {
        if (!transactions.isActive()) {
            transactions.required(() -> store.history(tenant, subject)).forEach(this::apply);
        }
    }

    @Override
    public long scope(TenantId tenant, String purpose, String recipient, String category) {
        long tenantNumber = tenants.of(tenant.value());
        long purposeNumber = purposes.of(purpose);
        long recipientNumber = recipients.of(recipient);
        long categoryNumber = categories.of(category);
        if (tenantNumber == 0 || purposeNumber == 0 || recipientNumber == 0 || categoryNumber == 0) {
            return 0;
        }
        return scopes.of(tenantNumber << TENANT_SHIFT
                | purposeNumber << PURPOSE_SHIFT
                | recipientNumber << CATEGORY_BITS
                | categoryNumber);
    }

    @Override
    public long inquiryScope(TenantId tenant) {
        return scope(tenant, INQUIRY, INQUIRY, INQUIRY);
    }

    @Override
    public long objectionScope(TenantId tenant, String purpose) {
        return scope(tenant, OBJECTION, OBJECTION, purpose.isEmpty() ? EVERYTHING : purpose);
    }

    @Override
    public boolean restricts(int number) {
        return named(number).contains(RESTRICTED);
    }

    @Override
    public boolean objects(int number) {
        return named(number).contains(OBJECTING);
    }

    @Override
    public int jurisdiction(String code) {
        return Jurisdiction.isValid(code) ? numbered(code) : 0;
    }

    private int numbered(String name) {
        int number = jurisdictions.of(name);
        if (jurisdictionNames.get(number) == null && number != 0) {
            jurisdictionNames.set(number, name);
        }
        return number;
    }

    @Override
    public String jurisdiction(int number) {
        return jurisdictionCode(named(number));
    }

    private String named(int number) {
        boolean possible = number > 0 && number < jurisdictionNames.length();
        return possible ? Optional.ofNullable(jurisdictionNames.get(number)).orElse("") : "";
    }

    @Override
    public long ask(TenantId tenant, SubjectId subject, long[] asked, int from, long now) {
        int number = tenants.known(tenant.value());
        long hash = hash(subject.high(), subject.low());
        return segment(hash).ask(subject.high(), subject.low(), number, hash, asked, from, now);
    }

    @Override
    public long standing(TenantId tenant, SubjectId subject) {
        long standing = rawStanding(tenant, subject);
        return ConsentView.version(standing) == 0 ? UNKNOWN : standing;
    }

    @Override
    public long epoch(TenantId tenant, SubjectId subject) {
        return ConsentView.epoch(rawStanding(tenant, subject));
    }

    private long rawStanding(TenantId tenant, SubjectId subject) {
        int number = tenants.known(tenant.value());
        long hash = hash(subject.high(), subject.low());
        return segment(hash).standing(subject.high(), subject.low(), number, hash);
    }

    /**
     * Takes a change into account, if it was not before.
     *
     * @return false when an earlier change of this person is missing
     */
    boolean apply(Event event) {
        SubjectId subject = event.subject();
        int tenant = tenants.of(event.tenant().value());
        long hash = hash(subject.high(), subject.low());
        Segment.Change change =
                switch (event.kind()) {
                    case GRANTED -> granted(event);
                    case WITHDRAWN -> withdrawn(event);
                    case ACCEPTED -> accepted(event);
                    case INQUIRY_OPENED -> inquiryOpened(event);
                    case INQUIRY_CLOSED -> inquiryClosed(event);
                    case OBJECTED -> objected(event, true);
                    case OBJECTION_LIFTED -> objected(event, false);
                    case RESTRICTED -> (segment, slot) -> flag(segment, slot, RESTRICTED, true);
                    case RESTRICTION_LIFTED -> (segment, slot) -> flag(segment, slot, RESTRICTED, false);
                    case REMOVED ->
                        (segment, slot) -> {
                            segment.withdraw(slot, scope -> true);
                            segment.accept(slot, 0, 0);
                        };
                };
        return tenant != 0 && segment(hash).apply(subject.high(), subject.low(), tenant, hash, event.epoch(), change);
    }

    private Segment.Change granted(Event event) {
        int level = event.level().filter(Level.OPT_IN::equals).isPresent() ? OPT_IN : IMPLIED;
        long expiry = event.expires().map(Instant::getEpochSecond).orElse(Segment.NEVER);
        long bounded = Math.max(0, Math.min(Segment.NEVER, expiry));
        int[] granted = event.categories().stream()
                .mapToInt(category -> (int) scope(event.tenant(), event.purpose(), event.recipient(), category))
                .filter(scope -> scope != 0)
                .toArray();
        return (segment, slot) -> {
            for (int scope : granted) {
                segment.grant(slot, scope, level, bounded);
            }
        };
    }

    private Segment.Change withdrawn(Event event) {
        long purpose = purposes.known(event.purpose());
        long recipient = recipients.known(event.recipient());
        int[] named = event.categories().stream().mapToInt(categories::known).toArray();
        long mask = (event.purpose().isEmpty() ? 0 : ones(PURPOSE_BITS) << PURPOSE_SHIFT)
                | (event.recipient().isEmpty() ? 0 : ones(RECIPIENT_BITS) << CATEGORY_BITS);
        long value = purpose << PURPOSE_SHIFT | recipient << CATEGORY_BITS;
        return (segment, slot) -> {
            long[] combinations = scopes.combinations();
            segment.withdraw(slot, scope -> {
                long combination = combinations[scope];
                return (combination & mask) == value
                        && (named.length == 0 || contains(named, category(combination)))
                        && !isStanding(combination);
            });
        };
    }

    private Segment.Change inquiryOpened(Event event) {
        int scope = (int) inquiryScope(event.tenant());
        return (segment, slot) -> {
            if (scope != 0) {
                segment.grant(slot, scope, IMPLIED, Segment.NEVER);
            }
        };
    }

    private Segment.Change inquiryClosed(Event event) {
        int inquiry = (int) inquiryScope(event.tenant());
        return (segment, slot) -> segment.withdraw(slot, scope -> scope == inquiry);
    }

    private Segment.Change objected(Event event, boolean now) {
        int scope = (int) objectionScope(event.tenant(), event.purpose());
        return (segment, slot) -> {
            if (now) {
                segment.grant(slot, scope, IMPLIED, Segment.NEVER);
                flag(segment, slot, OBJECTING, true);
            } else {
                segment.withdraw(slot, one -> one == scope);
            }
        };
    }

    /** A jurisdiction of its own, so that decisions tell people apart without asking anything more. */
    private void flag(Segment segment, int slot, String flag, boolean set) {
        long rules = segment.rules(slot);
        String before = named(ConsentView.jurisdictionOf(rules));
        String without = before.replace(flag, "");
        int jurisdiction = numbered(set ? without + flag : without);
        // Where no number is left, nothing is known of the person, and everything is denied.
        segment.accept(slot, jurisdiction == 0 && set ? 0 : ConsentView.version(rules), jurisdiction);
    }

    /** Neither an inquiry nor an objection is consent, and a withdrawal ends neither. */
    private boolean isStanding(long combination) {
        long purpose = combination >>> PURPOSE_SHIFT & ones(PURPOSE_BITS);
        return purpose == inquiryPurpose || purpose == objectionPurpose;
    }

    private static int category(long combination) {
        return (int) (combination & ones(CATEGORY_BITS));
    }

    private static boolean contains(int[] numbers, int number) {
        for (int each : numbers) {
            if (each == number) {
                return true;
            }
        }
        return false;
    }

    private Segment.Change accepted(Event event) {
        int jurisdiction = jurisdiction(event.jurisdiction());
        boolean known = jurisdiction != 0 && event.policyVersion() > 0 && event.policyVersion() <= ones(VERSION_BITS);
        return (segment, slot) -> {
            String before = named(ConsentView.jurisdictionOf(segment.rules(slot)));
            String flags = before.substring(jurisdictionCode(before).length());
            int flagged = known ? numbered(event.jurisdiction() + flags) : 0;
            segment.accept(slot, flagged == 0 ? 0 : event.policyVersion(), flagged);
        };
    }

    private static String jurisdictionCode(String name) {
        return name.replace(RESTRICTED, "").replace(OBJECTING, "");
    }

    /** What all arrays occupy. */
    long bytes() {
        return Arrays.stream(segments).mapToLong(Segment::bytes).sum();
    }

    /** How many people have a history. */
    long people() {
        return Arrays.stream(segments).mapToLong(Segment::people).sum();
    }

    private Segment segment(long hash) {
        return segments[(int) (hash >>> Long.SIZE - SEGMENT_BITS)];
    }

    private static long ones(int bits) {
        return (1L << bits) - 1;
    }

    /**
     * The finaliser of MurmurHash3 over both halves. The tenant is left out: its number is still being looked up when
     * memory can already be asked for the person.
     */
    static long hash(long high, long low) {
        long bits = high * 0x9e3779b97f4a7c15L ^ low;
        long mixed = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
