package org.pledge.consent.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.INVALID;
import static org.pledge.PledgeException.Kind.NOT_FOUND;
import static org.pledge.PledgeException.Kind.UNAVAILABLE;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.Caller;
import org.pledge.Jurisdiction;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentView;
import org.pledge.consent.WithdrawalListener;
import org.pledge.consent.WithdrawalListener.Effect;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.lookup.Lookup;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.policy.PolicyService.Change;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;

/** Writes the consent log, and brings the table up to date before a call returns. */
@Component(configurationPid = "org.pledge.consent")
@Designate(ocd = DefaultConsentService.Config.class)
public final class DefaultConsentService implements ConsentService {
    /** Who must be there to carry a withdrawal out. */
    @ObjectClassDefinition(name = "Pledge consent", description = "Who must be there to carry a withdrawal out.")
    public @interface Config {
        /** Listeners without which a withdrawal, or the end of a last inquiry, is refused as unavailable. */
        @AttributeDefinition(
                description =
                        "Listeners without which a withdrawal, or the end of a person's last inquiry, is refused as"
                                + " unavailable, because nobody would stop disclosures and tell earlier recipients;"
                                + " 0 where nothing is ever disclosed")
        int leastWithdrawalListeners() default 1;
    }

    private static final Pattern PARTNER = Pattern.compile("[a-z][a-z0-9-]{1,63}");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

    private final ConsentTable table;
    private final ConsentStore store;
    private final SubjectStore people;
    private final PolicyService policies;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Supplier<List<WithdrawalListener>> listeners;
    private final int leastListeners;
    private final Runnable closeListeners;
    private final Clock clock;
    private final Changes changes;
    private final Guardians guardians;

    /** The service as it runs. */
    @Activate
    public DefaultConsentService(
            BundleContext context,
            Config config,
            @Reference ConsentTable table,
            @Reference ConsentStore store,
            @Reference SubjectStore people,
            @Reference PolicyService policies,
            @Reference AuditLog audit,
            @Reference Transactions transactions) {
        this(
                table,
                store,
                people,
                policies,
                audit,
                transactions,
                Lookup.opened(context, WithdrawalListener.class),
                config.leastWithdrawalListeners());
    }

    private DefaultConsentService(
            ConsentTable table,
            ConsentStore store,
            SubjectStore people,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Lookup<WithdrawalListener> tracker,
            int leastListeners) {
        this(
                table,
                store,
                people,
                policies,
                audit,
                transactions,
                tracker,
                leastListeners,
                tracker::close,
                Clock.systemUTC());
    }

    DefaultConsentService(
            ConsentTable table,
            ConsentStore store,
            SubjectStore people,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Supplier<List<WithdrawalListener>> listeners,
            Clock clock) {
        this(table, store, people, policies, audit, transactions, listeners, 0, clock);
    }

    DefaultConsentService(
            ConsentTable table,
            ConsentStore store,
            SubjectStore people,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Supplier<List<WithdrawalListener>> listeners,
            int leastListeners,
            Clock clock) {
        this(table, store, people, policies, audit, transactions, listeners, leastListeners, () -> {}, clock);
    }

    private DefaultConsentService(
            ConsentTable table,
            ConsentStore store,
            SubjectStore people,
            PolicyService policies,
            AuditLog audit,
            Transactions transactions,
            Supplier<List<WithdrawalListener>> listeners,
            int leastListeners,
            Runnable closeListeners,
            Clock clock) {
        this.table = table;
        this.store = store;
        this.people = people;
        this.policies = policies;
        this.audit = audit;
        this.transactions = transactions;
        this.listeners = listeners;
        this.leastListeners = leastListeners;
        this.closeListeners = closeListeners;
        this.clock = clock;
        this.changes = new Changes(table, store, transactions);
        this.guardians = new Guardians(store, people, policies, audit, transactions);
    }

    /** Ends once no change is under way. */
    @Deactivate
    void stop() {
        changes.stop();
        closeListeners.run();
    }

    @Override
    public Receipt grant(Caller caller, SubjectId subject, Grant grant) {
        caller.require(Role.OPERATOR);
        Policy policy = policies.current(caller.tenant());
        Instant now = now();
        require(
                hasPurpose(policy, grant.purpose()),
                "purpose: the policy has no such purpose",
                "Name one of the purposes that policy:show lists.");
        require(
                !grant.purpose().equals(Policy.TRANSFER_ABROAD) || grant.level() == Level.OPT_IN,
                "level: consent to a transfer abroad is never implied",
                "Ask the person, and record OPT_IN (GDPR Article 49(1)(a)).");
        checkRecipient(grant.recipient());
        require(!grant.categories().isEmpty(), "categories: at least one is needed", "Name what may be given.");
        require(
                grant.categories().stream()
                        .allMatch(name -> policy.category(name).isPresent()),
                "categories: the policy does not have all of them",
                "Name categories that policy:show lists.");
        require(
                grant.expires().filter(end -> !end.isAfter(now)).isEmpty(),
                "expires: lies in the past",
                "Give a time in the future, or none.");
        Wording wording = checked(grant.wording());
        require(
                grant.categories().stream()
                        .allMatch(name -> table.scope(caller.tenant(), grant.purpose(), grant.recipient(), name) != 0),
                "recipient: too many different recipients are known",
                "Use a recipient that is known already.");
        Map<String, String> details = Map.of(
                "purpose", grant.purpose(),
                "recipient", grant.recipient(),
                "categories", names(grant.categories()),
                "level", grant.level().name());
        return change(
                caller,
                subject,
                Act.CONSENT_GRANTED,
                details,
                List::of,
                epoch -> new Event(
                        0,
                        UUID.randomUUID(),
                        caller.tenant(),
                        subject,
                        Kind.GRANTED,
                        now,
                        epoch,
                        grant.purpose(),
                        grant.recipient(),
                        grant.categories(),
                        Optional.of(grant.level()),
                        guardians
                                .endOfConsent(caller, subject, grant, now)
                                .map(end -> end.truncatedTo(ChronoUnit.MICROS)),
                        policy.version(),
                        "",
                        wording,
                        caller.name()));
    }

    @Override
    public Receipt withdraw(Caller caller, SubjectId subject, Withdrawal withdrawal) {
        caller.require(Role.OPERATOR);
        TenantId tenant = caller.tenant();
        List<Policy> versions = policies.versions(tenant);
        require(
                withdrawal
                        .purpose()
                        .filter(name -> !anyVersion(versions, v -> hasPurpose(v, name)))
                        .isEmpty(),
                "purpose: no version of the policy has such a purpose",
                "Leave it out to withdraw for every purpose.");
        withdrawal.recipient().ifPresent(DefaultConsentService::checkRecipient);
        require(
                withdrawal.categories().stream()
                        .allMatch(name ->
                                anyVersion(versions, v -> v.category(name).isPresent())),
                "categories: no version of the policy has all of them",
                "Leave them out to withdraw for every category.");
        checkToken("channel", withdrawal.channel());
        int version = versions.stream().mapToInt(Policy::version).max().orElse(0);
        Instant now = now();
        Map<String, String> details = Map.of(
                "purpose", withdrawal.purpose().orElse(""),
                "recipient", withdrawal.recipient().orElse(""),
                "categories", names(withdrawal.categories()));
        Supplier<List<Effect>> effects = () -> present().stream()
                .map(listener -> listener.withdrawn(tenant, subject, withdrawal))
                .toList();
        return change(
                caller,
                subject,
                Act.CONSENT_WITHDRAWN,
                details,
                effects,
                epoch -> new Event(
                        0,
                        UUID.randomUUID(),
                        tenant,
                        subject,
                        Kind.WITHDRAWN,
                        now,
                        epoch,
                        withdrawal.purpose().orElse(""),
                        withdrawal.recipient().orElse(""),
                        withdrawal.categories(),
                        Optional.empty(),
                        Optional.empty(),
                        version,
                        "",
                        new Wording(withdrawal.channel(), "", ""),
                        caller.name()));
    }

    @Override
    public Receipt object(Caller caller, SubjectId subject, Optional<String> purpose, String channel) {
        caller.require(Role.OPERATOR);
        checkObjection(caller.tenant(), purpose, channel);
        require(
                table.objectionScope(caller.tenant(), purpose.orElse("")) != 0,
                "purpose: too many different purposes are known",
                "Object to everything.");
        return changes.make(() -> {
            withdraw(caller, subject, new Withdrawal(purpose, Optional.empty(), Set.of(), channel));
            return objection(caller, subject, purpose, channel, Kind.OBJECTED, Act.SUBJECT_OBJECTED);
        });
    }

    @Override
    public Receipt liftObjection(Caller caller, SubjectId subject, Optional<String> purpose, String channel) {
        caller.require(Role.OPERATOR);
        checkObjection(caller.tenant(), purpose, channel);
        return objection(caller, subject, purpose, channel, Kind.OBJECTION_LIFTED, Act.OBJECTION_LIFTED);
    }

    private void checkObjection(TenantId tenant, Optional<String> purpose, String channel) {
        List<Policy> versions = policies.versions(tenant);
        require(
                purpose.filter(name ->
                                !anyVersion(versions, v -> v.purpose(name).isPresent()))
                        .isEmpty(),
                "purpose: no version of the policy has such a purpose",
                "Leave it out to object to everything.");
        checkToken("channel", channel);
    }

    private Receipt objection(
            Caller caller, SubjectId subject, Optional<String> purpose, String channel, Kind kind, Act act) {
        int version = policies.current(caller.tenant()).version();
        return change(
                caller,
                subject,
                act,
                Map.of("purpose", purpose.orElse("")),
                List::of,
                epoch -> new Event(
                        0,
                        UUID.randomUUID(),
                        caller.tenant(),
                        subject,
                        kind,
                        now(),
                        epoch,
                        purpose.orElse(""),
                        "",
                        Set.of(),
                        Optional.empty(),
                        Optional.empty(),
                        version,
                        "",
                        new Wording(channel, "", ""),
                        caller.name()));
    }

    private List<WithdrawalListener> present() {
        List<WithdrawalListener> present = listeners.get();
        if (present.size() < leastListeners) {
            throw new PledgeException(UNAVAILABLE, "nobody is there to stop disclosures and to tell earlier recipients")
                    .remedy(
                            "Nothing was recorded; try again in a moment, and start the sharing bundle if it stays so.");
        }
        return present;
    }

    @Override
    public Receipt accept(
            Caller caller, SubjectId subject, int version, Level level, String jurisdiction, Wording wording) {
        caller.require(Role.OPERATOR);
        require(
                policies.version(caller.tenant(), version).isPresent(),
                "version: the tenant's policy has no such version",
                "Name a version that policy:list shows.");
        Jurisdiction.check(jurisdiction);
        require(
                table.jurisdiction(jurisdiction) != 0,
                "jurisdiction: too many different jurisdictions are known",
                "Give the country only.");
        Wording shown = checked(wording);
        Instant now = now();
        Map<String, String> details =
                Map.of("version", Integer.toString(version), "jurisdiction", jurisdiction, "level", level.name());
        return acceptedAlready(caller.tenant(), subject, version, level, jurisdiction)
                .orElseGet(() -> change(caller, subject, Act.POLICY_ACCEPTED, details, List::of, epoch -> {
                    refuseOlder(version, accepted(caller.tenant(), subject, epoch));
                    return new Event(
                            0,
                            UUID.randomUUID(),
                            caller.tenant(),
                            subject,
                            Kind.ACCEPTED,
                            now,
                            epoch,
                            "",
                            "",
                            Set.of(),
                            Optional.of(level),
                            Optional.empty(),
                            version,
                            jurisdiction,
                            shown,
                            caller.name());
                }));
    }

    /** The receipt of the acceptance in force, where the new one says nothing that it does not say already. */
    private Optional<Receipt> acceptedAlready(
            TenantId tenant, SubjectId subject, int version, Level level, String jurisdiction) {
        if (ConsentView.version(table.standing(tenant, subject)) != version) {
            return Optional.empty();
        }
        return transactions
                .required(() -> lastAcceptance(tenant, subject))
                .filter(last -> last.policyVersion() == version
                        && last.jurisdiction().equals(jurisdiction)
                        && last.level()
                                .filter(given -> given.compareTo(level) >= 0)
                                .isPresent())
                .map(last ->
                        new Receipt(last.id(), tenant, subject, last.kind(), last.at(), last.epoch(), 0, List.of()));
    }

    private Optional<Event> lastAcceptance(TenantId tenant, SubjectId subject) {
        return store.history(tenant, subject).stream()
                .filter(event -> event.kind() == Kind.ACCEPTED)
                .reduce((earlier, later) -> later);
    }

    /** The version accepted before the change of this epoch, 0 for none; the table may lack the latest commits. */
    private int accepted(TenantId tenant, SubjectId subject, long epoch) {
        return table.epoch(tenant, subject) == epoch - 1
                ? ConsentView.version(table.standing(tenant, subject))
                : lastAcceptance(tenant, subject).map(Event::policyVersion).orElse(0);
    }

    private static void refuseOlder(int version, int accepted) {
        if (version < accepted) {
            throw new PledgeException(
                            CONFLICT,
                            "version: the person accepted version " + accepted + ", and " + version + " is older")
                    .remedy("Record the acceptance of version " + accepted + " or of a later one.");
        }
    }

    @Override
    public List<Authorisation> register(Caller caller, SubjectId child, Instant until, Guardian guardian) {
        caller.require(Role.OPERATOR);
        return changes.make(() -> guardians.record(caller, child, until, guardian, now()));
    }

    @Override
    public List<Authorisation> authorise(Caller caller, SubjectId child, Guardian guardian) {
        caller.require(Role.OPERATOR);
        return changes.make(() -> {
            changes.lock(caller.tenant(), child);
            refuseStrangers(caller.tenant(), child, Act.GUARDIAN_AUTHORISED);
            Instant until = guardians
                    .endOfChildhood(caller.tenant(), child, now())
                    .orElseThrow(() -> new PledgeException(CONFLICT, "this person is on record as no child")
                            .remedy("Ask the person themselves, and record their consent: consent:grant."));
            return guardians.record(caller, child, until, guardian, now());
        });
    }

    @Override
    public Receipt withdrawAuthorisation(Caller caller, SubjectId child, Optional<String> purpose, String channel) {
        caller.require(Role.OPERATOR);
        return changes.make(() -> {
            changes.lock(caller.tenant(), child);
            List<Authorisation> standing = guardians.standing(caller.tenant(), child, purpose, now());
            Receipt receipt = withdraw(caller, child, new Withdrawal(purpose, Optional.empty(), Set.of(), channel));
            guardians.takeBack(caller, standing, receipt.at());
            return receipt;
        });
    }

    @Override
    public List<Authorisation> authorisations(Caller caller, SubjectId child) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        return transactions.required(() -> store.authorisations(caller.tenant(), child));
    }

    @Override
    public List<Authorisation> authorisedBy(Caller caller, SubjectId guardian) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        return transactions.required(() -> store.authorisationsBy(caller.tenant(), guardian));
    }

    @Override
    public List<Event> history(Caller caller, SubjectId subject) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> store.history(caller.tenant(), subject));
    }

    @Override
    public List<Event> history(Caller caller, SubjectId subject, Optional<Event> after, int limit) {
        caller.require(Role.OPERATOR);
        return transactions.required(() -> store.history(caller.tenant(), subject, after, limit));
    }

    @Override
    public boolean acceptanceDue(Caller caller, SubjectId subject) {
        caller.require(Role.OPERATOR);
        TenantId tenant = caller.tenant();
        int accepted = ConsentView.version(table.standing(tenant, subject));
        if (accepted == 0) {
            return true;
        }
        int inForce = policies.current(tenant).version();
        int[] since = policies.versions(tenant).stream()
                .mapToInt(Policy::version)
                .filter(version -> version >= accepted && version <= inForce)
                .sorted()
                .toArray();
        for (int i = 1; i < since.length; i++) {
            if (policies.diff(tenant, since[i - 1], since[i]).stream().anyMatch(Change::material)) {
                return true;
            }
        }
        return false;
    }

    private Receipt change(
            Caller caller,
            SubjectId subject,
            Act act,
            Map<String, String> facts,
            Supplier<List<Effect>> effects,
            LongFunction<Event> eventOfEpoch) {
        return changes.make(() -> {
            refuseStrangers(caller.tenant(), subject, act);
            Event event = eventOfEpoch.apply(store.nextEpoch(caller.tenant(), subject));
            changes.append(event);
            List<Effect> done = effects.get();
            Receipt receipt = new Receipt(
                    event.id(),
                    event.tenant(),
                    subject,
                    event.kind(),
                    event.at(),
                    event.epoch(),
                    done.stream().mapToInt(Effect::cancelled).sum(),
                    done.stream().flatMap(effect -> effect.inDoubt().stream()).toList(),
                    done.stream().flatMap(effect -> effect.told().stream()).toList());
            audit.append(leaf(caller, act, event, facts, receipt));
            return receipt;
        });
    }

    /** What somebody unknown says can neither be checked nor be of use; who said something once may always withdraw it. */
    private void refuseStrangers(TenantId tenant, SubjectId subject, Act act) {
        if (people.knows(tenant, subject)) {
            return;
        }
        if (act != Act.CONSENT_WITHDRAWN || store.lockEpoch(tenant, subject).isEmpty()) {
            throw new PledgeException(NOT_FOUND, "no such person; nothing was recorded")
                    .remedy("Check the identifier.");
        }
    }

    private static Leaf leaf(Caller caller, Act act, Event event, Map<String, String> facts, Receipt receipt) {
        Map<String, String> details = new HashMap<>(facts);
        details.put("change", event.id().toString());
        details.put("epoch", Long.toString(event.epoch()));
        if (act == Act.CONSENT_WITHDRAWN) {
            details.put("cancelled", Integer.toString(receipt.cancelled()));
            details.put("inDoubt", Integer.toString(receipt.inDoubt().size()));
            details.put("told", Integer.toString(receipt.told().size()));
        }
        return new Leaf(
                caller.tenant(), event.at(), act, caller.name(), Optional.of(event.subject()), List.of(), details);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    static boolean hasPurpose(Policy policy, String name) {
        return policy.purpose(name).isPresent()
                || name.equals(Policy.TRANSFER_ABROAD) && !policy.transfers().isEmpty();
    }

    private static boolean anyVersion(List<Policy> versions, Predicate<Policy> has) {
        return versions.stream().anyMatch(has);
    }

    private static String names(Set<String> names) {
        return String.join(",", new TreeSet<>(names));
    }

    private static Wording checked(Wording wording) {
        checkToken("channel", wording.channel());
        checkToken("wording version", wording.version());
        require(
                SHA256.matcher(wording.sha256()).matches(),
                "wording sha256: not 64 hexadecimal digits",
                "Give the SHA-256 of the text that the person was shown.");
        return new Wording(
                wording.channel(), wording.version(), wording.sha256().toLowerCase(Locale.ROOT));
    }

    private static void checkToken(String field, String value) {
        require(
                TOKEN.matcher(value).matches(),
                field + ": takes 1 to 64 letters, digits, dots, hyphens or underscores",
                "Give a short name such as web or newsletter-3.");
    }

    private static void checkRecipient(String name) {
        require(
                PARTNER.matcher(name).matches(),
                "recipient: takes 2 to 64 lower-case letters, digits or hyphens",
                "Give a partner's name.");
    }

    private static void require(boolean condition, String text, String remedy) {
        if (!condition) {
            throw new PledgeException(INVALID, text).remedy(remedy);
        }
    }
}
