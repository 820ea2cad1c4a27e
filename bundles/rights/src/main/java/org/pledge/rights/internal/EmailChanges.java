package org.pledge.rights.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.crypto.LookupTokens;
import org.pledge.crypto.Sealer;
import org.pledge.notices.MessageService;
import org.pledge.rights.SelfService;
import org.pledge.rights.spi.EmailChangeStore;
import org.pledge.rights.spi.EmailChangeStore.EmailChange;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.SubjectService.Person;
import org.pledge.subject.spi.SubjectStore;

/** Takes a new email address once whoever gets its mail has confirmed it. */
final class EmailChanges {
    private static final String EMAIL = MessageService.EMAIL;
    private static final String USE = "email-change";
    private static final int MOST_WRONG = 3;
    private static final int MOST_AN_HOUR = 3;
    private static final int LONGEST = 254;
    private static final Pattern ADDRESS = Pattern.compile("[^@\\s\\p{C}]+@[^@\\s.\\p{C}]+(\\.[^@\\s.\\p{C}]+)+");
    private static final Pattern CODE = Pattern.compile("[0-9]{6}");

    private final Clockwork clockwork;
    private final EmailChangeStore store;
    private final SubjectStore people;
    private final SubjectService subjects;
    private final Sealer sealer;
    private final LookupTokens tokens;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Supplier<List<MessageService>> messages;
    private final Duration good;
    private final Quota perPerson = new Quota(MOST_AN_HOUR);
    private final SecureRandom random = new SecureRandom();

    EmailChanges(
            Clockwork clockwork,
            EmailChangeStore store,
            SubjectStore people,
            SubjectService subjects,
            Sealer sealer,
            LookupTokens tokens,
            AuditLog audit,
            Transactions transactions,
            Supplier<List<MessageService>> messages,
            Duration good) {
        this.clockwork = clockwork;
        this.store = store;
        this.people = people;
        this.subjects = subjects;
        this.sealer = sealer;
        this.tokens = tokens;
        this.audit = audit;
        this.transactions = transactions;
        this.messages = messages;
        this.good = good;
    }

    /** Whether people can give a new address now. */
    boolean work(TenantId tenant) {
        return Post.leaves(messages, tenant, SelfService.CONFIRMATION)
                && Post.leaves(messages, tenant, SelfService.CHANGE);
    }

    /** The former address is told first: without that no code leaves. */
    void ask(Caller caller, Person person, String address) {
        List<String> held = person.fields().getOrDefault(EMAIL, List.of());
        check(address, held);
        Post toNew = Post.of(messages, caller.tenant(), SelfService.CONFIRMATION, "Ask for a correction instead.");
        Post toFormer = Post.of(messages, caller.tenant(), SelfService.CHANGE, "Ask for a correction instead.");
        if (!perPerson.passes(person.id().toString(), clockwork.now())) {
            throw new PledgeException(Kind.DENIED, "several new addresses were given just now")
                    .remedy("Try again in an hour.");
        }
        String code = String.format(Locale.ROOT, "%06d", random.nextInt(1_000_000));
        transactions.required(() -> keep(caller, person, address, code));
        if (!held.isEmpty() && !toFormer.queued(caller, person.id(), Map.of())
                || !toNew.queuedAt(caller, person.id(), Map.of("code", code), address)) {
            transactions.required(() -> store.removeEmailChange(caller.tenant(), person.id()));
            throw new PledgeException(Kind.CONFLICT, "no message can be sent now; nothing was changed")
                    .remedy("Try again later, or ask for a correction.");
        }
    }

    private static void check(String address, List<String> held) {
        if (address.length() > LONGEST || !ADDRESS.matcher(address).matches()) {
            throw new PledgeException(
                            Kind.INVALID,
                            "email: an address takes one @ and a domain with a dot, and at most " + LONGEST
                                    + " characters")
                    .remedy("Correct the value and send it again.");
        }
        if (held.contains(address)) {
            throw new PledgeException(Kind.INVALID, "email: this is the address that is held")
                    .remedy("Give another one.");
        }
    }

    private void keep(Caller caller, Person person, String address, String code) {
        TenantId tenant = caller.tenant();
        people.lockAccount(tenant, person.account());
        Instant now = clockwork.now();
        byte[] plain = address.getBytes(StandardCharsets.UTF_8);
        try {
            store.putEmailChange(
                    new EmailChange(
                            tenant,
                            person.id(),
                            sealer.seal(place(tenant, person.id()), plain),
                            token(tenant, person.id(), code),
                            0,
                            now.plus(good)),
                    now);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
        record(caller, person.id(), Act.EMAIL_CHANGE_ASKED);
    }

    private static Sealer.Place place(TenantId tenant, SubjectId person) {
        return new Sealer.Place(tenant, person, USE, EMAIL);
    }

    private byte[] token(TenantId tenant, SubjectId person, String code) {
        return tokens.token(tenant, USE, (person + " " + code).getBytes(StandardCharsets.UTF_8));
    }

    private void record(Caller caller, SubjectId person, Act act) {
        audit.append(new Leaf(
                caller.tenant(), clockwork.now(), act, caller.name(), Optional.of(person), List.of(), Map.of()));
    }

    /** A wrong code is counted, so that it is refused only after this. */
    boolean confirmed(Caller caller, Person person, String code, Runnable after) {
        TenantId tenant = caller.tenant();
        return transactions.required(() -> {
            people.lockAccount(tenant, person.account());
            Instant now = clockwork.now();
            Optional<EmailChange> waiting = store.emailChange(tenant, person.id())
                    .filter(change -> change.failures() < MOST_WRONG && now.isBefore(change.expires()));
            if (waiting.isEmpty()) {
                return false;
            }
            EmailChange change = waiting.get();
            if (!CODE.matcher(code).matches()
                    || !MessageDigest.isEqual(change.code(), token(tenant, person.id(), code))) {
                store.putEmailChange(failed(change), now);
                record(caller, person.id(), Act.EMAIL_CODE_REFUSED);
                return false;
            }
            take(caller, person, change);
            after.run();
            return true;
        });
    }

    private void take(Caller caller, Person person, EmailChange change) {
        byte[] plain = sealer.open(place(change.tenant(), change.person()), change.sealed());
        try {
            subjects.update(
                    caller,
                    person.id(),
                    Map.of(EMAIL, List.of(new String(plain, StandardCharsets.UTF_8))),
                    subjects.account(caller, person.account()).version());
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
        store.removeEmailChange(change.tenant(), change.person());
        record(caller, person.id(), Act.EMAIL_CONFIRMED);
    }

    private static EmailChange failed(EmailChange change) {
        return new EmailChange(
                change.tenant(),
                change.person(),
                change.sealed(),
                change.code(),
                change.failures() + 1,
                change.expires());
    }
}
