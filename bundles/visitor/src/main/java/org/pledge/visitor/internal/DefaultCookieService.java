package org.pledge.visitor.internal;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.Caller;
import org.pledge.Jurisdiction;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.audit.AuditLog;
import org.pledge.cookies.Choices;
import org.pledge.cookies.CookieRules;
import org.pledge.cookies.Life;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Tracker;
import org.pledge.policy.Policy.TrackerKind;
import org.pledge.policy.Policy.TrackerType;
import org.pledge.policy.PolicyService;
import org.pledge.store.Transactions;
import org.pledge.visitor.CookieService;
import org.pledge.visitor.internal.StrippedOnce.Found;

/** Answers by the register of the policy in force; of what a site sends nothing is kept. */
@Component
public final class DefaultCookieService implements CookieService {
    private static final int LONGEST = 8_192;
    private static final Pattern HOST = Pattern.compile("[a-z0-9_-]{1,63}(?:\\.[a-z0-9_-]{1,63})*\\.?");
    private static final int LONGEST_HOST = 253;

    private final PolicyService policies;
    private final StrippedOnce stripped;
    private final Clock clock;

    /** Records in the platform's audit record. */
    @Activate
    public DefaultCookieService(
            @Reference Transactions transactions, @Reference AuditLog audit, @Reference PolicyService policies) {
        this(transactions, audit, policies, Clock.systemUTC());
    }

    DefaultCookieService(Transactions transactions, AuditLog audit, PolicyService policies, Clock clock) {
        this.policies = policies;
        this.stripped = new StrippedOnce(transactions, audit, clock);
        this.clock = clock;
    }

    @Override
    public Register register(Caller caller) {
        caller.require(Role.VIEWER, Role.OPERATOR, Role.OFFICER, Role.INTEGRATOR, Role.AUDITOR);
        Policy policy = policies.current(caller.tenant());
        return new Register(policy.version(), new SiteRegister(policy).trackers());
    }

    @Override
    public Chosen choose(Caller caller, Choice choice) {
        caller.require(Role.OPERATOR, Role.INTEGRATOR);
        SiteRegister register = new SiteRegister(policies.current(caller.tenant()));
        Choices choices = choice.signal() ? Choices.REFUSED : Choices.of(choice.agreed());
        List<String> setCookies = new ArrayList<>();
        long life = Life.of(SiteRegister.CHOICE.life()).orElseThrow().toSeconds();
        setCookies.add(CHOICE + "=" + choices.value() + "; Path=/; Max-Age=" + life + "; Secure; SameSite=Lax");
        register.trackers().stream()
                .filter(each -> refused(each, choices))
                .forEach(each -> setCookies.add(each.name() + "=; Path=/; Max-Age=0"));
        return new Chosen(choices.agreed(), setCookies);
    }

    /** A pattern has no name that could be removed, and the cookies of others are out of a site's reach. */
    private static boolean refused(Tracker tracker, Choices choices) {
        return tracker.type() == TrackerType.COOKIE
                && tracker.firstParty()
                && !tracker.name().endsWith("*")
                && tracker != SiteRegister.CHOICE
                && tracker.kind() != TrackerKind.SESSION
                && !choices.agreed().contains(tracker.kind());
    }

    @Override
    public Checked check(Caller caller, Sending sending) {
        caller.require(Role.OPERATOR, Role.INTEGRATOR);
        sending.jurisdiction().ifPresent(Jurisdiction::check);
        few("cookies", sending.cookies());
        few("storage", sending.storage());
        few("beacons", sending.beacons());
        for (int i = 0; i < sending.cookies().size(); i++) {
            plain("cookies[" + i + "]", sending.cookies().get(i));
        }
        for (int i = 0; i < sending.storage().size(); i++) {
            plain("storage[" + i + "]", sending.storage().get(i).name());
            bounded("storage[" + i + "]", sending.storage().get(i).value());
        }
        SiteRegister register = new SiteRegister(policies.current(caller.tenant()));
        Choices choices = Choices.read(sending.choice().stream().toList(), sending.signal());
        Found found = new Found();
        Checked checked = new Checked(
                cookies(register, sending, choices, found),
                storage(register, sending, choices, found),
                beacons(register, sending, choices, found));
        stripped.record(caller, found);
        return checked;
    }

    private List<Verdict> cookies(SiteRegister register, Sending sending, Choices choices, Found found) {
        CookieRules rules = register.rules(TrackerType.COOKIE, sending.jurisdiction(), clock);
        List<Verdict> verdicts = new ArrayList<>();
        for (String header : sending.cookies()) {
            String name = CookieRules.name(header);
            Optional<Fault> fault = rules.fault(header, choices).or(() -> forged(name, header));
            verdicts.add(verdict(register, rules, name, fault));
            found.add(TrackerType.COOKIE, name, verdicts.get(verdicts.size() - 1));
        }
        return verdicts;
    }

    /** The cookie that nobody can refuse holds a choice and nothing else. */
    private static Optional<Fault> forged(String name, String header) {
        String pair = header.split(";", -1)[0];
        String value = pair.substring(pair.indexOf('=') + 1).strip();
        boolean choice =
                value.isEmpty() || Choices.read(List.of(value), false).value().equals(value);
        return name.equals(CHOICE) && !choice ? Optional.of(Fault.PERSONAL_VALUE) : Optional.empty();
    }

    private List<Verdict> storage(SiteRegister register, Sending sending, Choices choices, Found found) {
        CookieRules rules = register.rules(TrackerType.STORAGE, sending.jurisdiction(), clock);
        List<Verdict> verdicts = new ArrayList<>();
        for (Stored stored : sending.storage()) {
            verdicts.add(verdict(register, rules, stored.name(), rules.fault(stored.name(), stored.value(), choices)));
            found.add(TrackerType.STORAGE, stored.name(), verdicts.get(verdicts.size() - 1));
        }
        return verdicts;
    }

    private static Verdict verdict(SiteRegister register, CookieRules rules, String name, Optional<Fault> fault) {
        Optional<String> entry = fault.filter(Fault.UNREGISTERED::equals).isPresent()
                ? Optional.empty()
                : rules.registered(name).map(each -> each.name());
        return register.verdict(entry, fault);
    }

    private static List<Verdict> beacons(SiteRegister register, Sending sending, Choices choices, Found found) {
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < sending.beacons().size(); i++) {
            String host = host(i, sending.beacons().get(i));
            verdicts.add(register.beacon(host, choices, sending.jurisdiction()));
            found.add(TrackerType.BEACON, host, verdicts.get(i));
        }
        return verdicts;
    }

    private static String host(int index, String text) {
        String host = text.toLowerCase(Locale.ROOT);
        if (host.length() > LONGEST_HOST || !HOST.matcher(host).matches()) {
            throw new PledgeException(Kind.INVALID, "beacons[" + index + "] must be the name of a host")
                    .remedy("Send the host alone, without scheme, port, path and query: those may tell who visits.");
        }
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    private static void few(String what, List<?> items) {
        if (items.size() > MOST) {
            throw new PledgeException(Kind.INVALID, what + " has at most " + MOST + " entries")
                    .remedy("Ask again with the rest.");
        }
    }

    private static void plain(String what, String text) {
        bounded(what, text);
        if (text.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f)) {
            throw new PledgeException(Kind.INVALID, what + " holds a character that no header may hold")
                    .remedy("Send each cookie as the one line that it would be.");
        }
    }

    private static void bounded(String what, String text) {
        if (text.length() > LONGEST) {
            throw new PledgeException(Kind.INVALID, what + " has at most " + LONGEST + " characters")
                    .remedy("Send less; a browser would not keep it.");
        }
    }
}
