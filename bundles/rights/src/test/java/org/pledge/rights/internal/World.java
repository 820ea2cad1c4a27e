package org.pledge.rights.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.pledge.Caller;
import org.pledge.Page;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentService.Authorisation;
import org.pledge.crypto.Attestation;
import org.pledge.crypto.LookupTokens;
import org.pledge.crypto.Sealer;
import org.pledge.notices.MessageService;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.retention.HoldService;
import org.pledge.retention.RetentionService;
import org.pledge.rights.RequestListener;
import org.pledge.rights.RightsService.Request;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.store.memory.MemoryStore;
import org.pledge.subject.RemovalCheck;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore.Removal;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;
import org.pledge.vault.CardService;

/** Rights over stores in memory, with the services below answering as a test says. */
final class World implements AuditLog, LookupTokens {
    static final TenantId KORAX = new TenantId("korax");
    static final Caller DESK = new Caller(KORAX, "desk", Set.of(Role.OPERATOR));
    static final Caller OLGA = new Caller(KORAX, "olga", Set.of(Role.OFFICER));
    static final Instant START = Instant.parse("2026-03-10T11:00:00Z");

    private static final List<Policy.Purpose> PURPOSES = List.of(
            new Policy.Purpose("payment", Policy.LegalBasis.CONTRACT, Map.of(), "", ""),
            new Policy.Purpose("marketing", Policy.LegalBasis.CONSENT, Map.of(), "", ""),
            new Policy.Purpose("analysis", Policy.LegalBasis.LEGITIMATE_INTEREST, Map.of(), "", ""),
            new Policy.Purpose(
                    "own-offers",
                    Policy.LegalBasis.LEGITIMATE_INTEREST,
                    Map.of(),
                    "marketing.advertising.first_party",
                    ""));

    final MemoryStore store = new MemoryStore();
    final List<Leaf> leaves = new ArrayList<>();
    final Map<String, List<Object[]>> calls = new HashMap<>();
    final List<Notice> notices = new ArrayList<>();
    final List<Disclosure> disclosures = new ArrayList<>();
    final List<Request> escalated = new ArrayList<>();
    final List<RequestListener> listeners = new ArrayList<>(List.of(escalated::add));
    /** What is held about whom. */
    final Map<SubjectId, Map<String, List<String>>> values = new HashMap<>();

    /** Objections, and those that were taken back. */
    private final List<ConsentService.Event> objections = new ArrayList<>();

    /** What guardians authorised. */
    final List<Authorisation> authorisations = new ArrayList<>();

    /** Who holds a value, by category and value. */
    final Map<String, Set<SubjectId>> known = new HashMap<>();

    final List<Policy.Promise> promises = new ArrayList<>();
    Optional<PledgeException> refusal = Optional.empty();
    /** What keeps messages from leaving. */
    Optional<RuntimeException> unsent = Optional.empty();

    /** What is done later is done at once, unless a test keeps it. */
    Executor later = Runnable::run;

    boolean template = true;
    boolean messenger = true;
    Instant now = START;

    private final Policy policy = fake(Policy.class, call -> switch (call.name()) {
        case "tenant" -> KORAX;
        case "promises" -> List.copyOf(promises);
        case "purposes" -> PURPOSES;
        case "purpose" ->
            PURPOSES.stream()
                    .filter(purpose -> purpose.name().equals(call.arguments()[0]))
                    .findFirst();
        case "jurisdictions" -> List.of("DE", "US-NV");
        case "version" -> 7;
        case "controller" -> "Korax";
        case "contact" -> "privacy@korax.example";
        case "contactRules" -> Optional.empty();
        case "collection" -> Optional.of(new Policy.Collection(Set.of("name", "email"), Map.of("phone", 3), List.of()));
        case "category" ->
            List.of("name", "email", "phone").contains(call.arguments()[0])
                    ? Optional.of(new Policy.Category(
                            (String) call.arguments()[0],
                            Policy.DataClass.PERSONAL,
                            Policy.DataRole.CONTROLLER,
                            false,
                            "",
                            ""))
                    : Optional.empty();
        case "categories" ->
            List.of(new Policy.Category(
                    "card-holder", Policy.DataClass.FINANCIAL, Policy.DataRole.CONTROLLER, false, "", ""));
        default -> throw new AssertionError(call.name());
    });
    /** Seals by writing the place before the value. */
    private final Sealer sealer = fake(Sealer.class, call -> {
        byte[] place = call.arguments()[0].toString().getBytes(UTF_8);
        byte[] value = (byte[]) call.arguments()[1];
        if (call.name().equals("seal")) {
            return ByteBuffer.allocate(place.length + value.length)
                    .put(place)
                    .put(value)
                    .array();
        }
        if (!Arrays.equals(place, Arrays.copyOf(value, place.length))) {
            throw new SecurityException("a test opens this at another place");
        }
        return Arrays.copyOfRange(value, place.length, value.length);
    });

    private final List<Policy> installed = new ArrayList<>(List.of(policy));
    private final PolicyService policies =
            fake(PolicyService.class, call -> call.name().equals("current") ? policy : List.copyOf(installed));
    /** Who cannot be removed because of a mistake of ours. */
    final Set<SubjectId> failing = new HashSet<>();

    /** Whose data a legal hold keeps. */
    final Set<SubjectId> held = new HashSet<>();

    private final SubjectService subjects = fake(SubjectService.class, call -> {
        if (List.of("account", "accountOf").contains(call.name())) {
            SubjectId of = (SubjectId) call.arguments()[1];
            StoredAccount stored = store.required(() -> store.account(
                            KORAX,
                            store.person(KORAX, of).map(StoredPerson::account).orElse(of)))
                    .orElseThrow();
            return new SubjectService.Account(
                    KORAX,
                    stored.id(),
                    stored.tier(),
                    stored.holder(),
                    stored.jurisdiction(),
                    List.of(),
                    stored.version());
        }
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        remember(call);
        if (call.name().equals("having")) {
            return known.getOrDefault(call.arguments()[1] + "=" + call.arguments()[2], Set.of());
        }
        if (List.of("person", "themself").contains(call.name())) {
            SubjectId id = (SubjectId) call.arguments()[1];
            StoredPerson stored = store.required(() -> store.person(KORAX, id)).orElseThrow();
            return new SubjectService.Person(KORAX, id, stored.account(), Set.of(), values.getOrDefault(id, Map.of()));
        }
        if (call.name().equals("update")) {
            return null;
        }
        if (!call.name().equals("erase")) {
            return null;
        }
        SubjectId gone = (SubjectId) call.arguments()[1];
        if (failing.contains(gone)) {
            throw new IllegalStateException("a test lets this fail");
        }
        if (held.contains(gone)) {
            return new SubjectService.Erased(
                    Set.of(), List.of(new RemovalCheck.Kept("email", now.plus(Duration.ofDays(1)), "LAW", List.of())));
        }
        if (call.arguments().length == 3) {
            keepTokens(gone, (SubjectService.Lasting) call.arguments()[2]);
        }
        store.removePerson(KORAX, gone);
        return new SubjectService.Erased(Set.of("email"), List.of());
    });
    private final ConsentService consents = fake(ConsentService.class, call -> {
        if (call.name().equals("history")) {
            return List.copyOf(objections);
        }
        if (call.name().equals("authorisations")) {
            return authorisations.stream()
                    .filter(one -> one.child().equals(call.arguments()[1]))
                    .toList();
        }
        if (call.name().equals("object") || call.name().equals("liftObjection")) {
            objections.add(objection(call));
        }
        return remember(call);
    });
    private final SharingService sharing =
            fake(SharingService.class, call -> new Page<>(List.copyOf(disclosures), Optional.empty()));
    private final NoticeService told = fake(NoticeService.class, call -> {
        if (Set.of("told", "restricted", "ask", "endAsking").contains(call.name())) {
            remember(call);
        }
        return notices.stream().map(World::recipient).distinct().toList();
    });
    private final MessageService messages = fake(MessageService.class, call -> {
        if (call.name().equals("templates")) {
            return template
                    ? List.of(
                                    "verification-code",
                                    "request-received",
                                    "breach-notice",
                                    "self-service-link",
                                    "email-confirmation",
                                    "email-change",
                                    "login-changed",
                                    "login-locked")
                            .stream()
                            .map(name -> new MessageService.Template(
                                    KORAX,
                                    name,
                                    MessageService.MessageClass.SERVICE,
                                    "account",
                                    false,
                                    Set.of(),
                                    Optional.empty(),
                                    ""))
                            .toList()
                    : List.of();
        }
        if (call.name().equals("obstacle")) {
            return template ? Optional.empty() : Optional.of("no template '" + call.arguments()[1] + "' is in use");
        }
        if (unsent.isPresent()) {
            throw unsent.get();
        }
        remember(call);
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        return null;
    });
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    final Clockwork clockwork = new Clockwork(defaults(Clockwork.Config.class), store, clock);
    final DefaultRightsService rights = rights(clockwork);
    final DefaultBreachService breaches = new DefaultBreachService(
            clockwork, store, store, policies, this, store, () -> messenger ? List.of(messages) : List.of(), () -> {});
    final RefusedSignIns refusedSignIns = new RefusedSignIns(clockwork, store, this);
    final DefaultSelfService selfService = selfService("https://korax.example/api/v1/");
    final LastingRemoval lasting = new LastingRemoval(rights, clockwork, store, store, policies, this, store, false);
    final DeadlineWatch watch = new DeadlineWatch(
            clockwork, store, store, policies, subjects, told, this, store, () -> listeners, () -> {});

    /** The same people and requests under another file of clocks. */
    DefaultRightsService rightsBy(Path clocksFile) {
        Clockwork.Config shipped = defaults(Clockwork.Config.class);
        Clockwork.Config config = fake(Clockwork.Config.class, call -> switch (call.name()) {
            case "clocksFile" -> clocksFile.toString();
            case "codeMinutes" -> shipped.codeMinutes();
            case "wrongCodes" -> shipped.wrongCodes();
            case "codes" -> shipped.codes();
            case "wrongCodesADay" -> shipped.wrongCodesADay();
            default -> shipped.codesADay();
        });
        return rights(new Clockwork(config, store, clock));
    }

    private DefaultRightsService rights(Clockwork clockwork) {
        return new DefaultRightsService(
                clockwork,
                store,
                store,
                policies,
                subjects,
                consents,
                sharing,
                told,
                this,
                this,
                store,
                () -> messenger ? List.of(messages) : List.of(),
                () -> {});
    }

    DefaultSelfService selfService(String publicUrl) {
        DefaultSelfService.Config shipped = defaults(DefaultSelfService.Config.class);
        DefaultSelfService.Config config = fake(DefaultSelfService.Config.class, call -> switch (call.name()) {
            case "publicUrl" -> publicUrl;
            case "minutes" -> shipped.minutes();
            case "linksPerIdentifier" -> shipped.linksPerIdentifier();
            default -> shipped.linksPerTenant();
        });
        return new DefaultSelfService(
                config,
                clockwork,
                store,
                store,
                store,
                store,
                subjects,
                policies,
                rights,
                this,
                sealer,
                this,
                store,
                refusedSignIns,
                () -> messenger ? List.of(messages) : List.of(),
                work -> later.execute(work),
                () -> {});
    }

    /** Cards behind a pass; the vault answers as a test says. */
    DefaultOwnCards ownCards(Function<Call, Object> vault, boolean running) {
        CardService cards = fake(CardService.class, vault);
        return new DefaultOwnCards(selfService, policies, () -> running ? List.of(cards) : List.of(), () -> {});
    }

    /** Puts a tenant before all others whose promises cannot be read. */
    void addFailingTenant(TenantId tenant) {
        installed.add(0, fake(Policy.class, call -> {
            if (call.name().equals("tenant")) {
                return tenant;
            }
            throw new IllegalStateException("a test lets this fail");
        }));
    }

    SubjectId person(String jurisdiction, String... fields) {
        SubjectId id = SubjectId.random();
        store.required(() -> {
            store.addAccount(new StoredAccount(KORAX, id, "basic", Policy.Holder.INDIVIDUAL, jurisdiction, 1));
            store.addPerson(new StoredPerson(KORAX, id, id, Set.of(), 0));
            for (String field : fields) {
                store.putField(KORAX, id, field, new byte[1]);
            }
        });
        return id;
    }

    /** Signed by writing the type before the statement. */
    DefaultCertificateService certificates() {
        return new DefaultCertificateService(
                store,
                store,
                store,
                told,
                fake(HoldService.class, call -> List.of()),
                fake(RetentionService.class, call -> List.of()),
                policies,
                fake(
                        Attestation.class,
                        call -> call.arguments()[1] + " " + new String((byte[]) call.arguments()[2], UTF_8)),
                this,
                store,
                clock);
    }

    private ConsentService.Event objection(Call call) {
        return new ConsentService.Event(
                objections.size(),
                UUID.randomUUID(),
                KORAX,
                (SubjectId) call.arguments()[1],
                call.name().equals("object") ? ConsentService.Kind.OBJECTED : ConsentService.Kind.OBJECTION_LIFTED,
                now,
                objections.size() + 1L,
                ((Optional<?>) call.arguments()[2]).map(String.class::cast).orElse(""),
                "",
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                7,
                "",
                new ConsentService.Wording((String) call.arguments()[3], "", ""),
                "desk");
    }

    /** With one kind of data that is swept too late. */
    DefaultMetricsService metrics() {
        RetentionService.Schedule late = new RetentionService.Schedule(
                "email",
                "delivery",
                "P1D",
                List.of(),
                List.of("subject"),
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.empty(),
                true);
        return new DefaultMetricsService(
                store, store, store, store, fake(RetentionService.class, call -> List.of(late)), store, clock);
    }

    private void keepTokens(SubjectId gone, SubjectService.Lasting lasting) {
        Set<String> hashed = store.keepTokens(KORAX, gone, Set.of("email"), lasting, now);
        store.addRemoval(new Removal(KORAX, gone, now, 7, Set.of("email"), Set.of(), hashed));
    }

    boolean knows(SubjectId person) {
        return store.required(() -> store.knows(KORAX, person));
    }

    void hold(SubjectId person, String field) {
        store.required(() -> store.putField(KORAX, person, field, new byte[1]));
    }

    SubjectId contactOf(SubjectId account) {
        SubjectId id = SubjectId.random();
        store.required(() -> store.addPerson(new StoredPerson(KORAX, id, account, Set.of(), 1)));
        return id;
    }

    void later(Duration time) {
        now = now.plus(time);
    }

    List<Leaf.Act> acts() {
        return leaves.stream().map(Leaf::act).toList();
    }

    int count(String method) {
        return calls.getOrDefault(method, List.of()).size();
    }

    /** The code of the last message. */
    String code() {
        List<Object[]> sent = calls.get("send");
        return ((Map<?, ?>) sent.get(sent.size() - 1)[3]).get("code").toString();
    }

    private static NoticeService.Recipient recipient(Notice notice) {
        Optional<Instant> awaited = Optional.of(notice.created()).filter(any -> !notice.answered());
        return new NoticeService.Recipient(
                notice.partner(),
                notice.answered() ? NoticeService.Answer.CONFIRMED : NoticeService.Answer.AWAITED,
                1,
                notice.confirmed(),
                Optional.empty(),
                false,
                new NoticeService.Contact(
                        "rest",
                        notice.delivered(),
                        awaited,
                        awaited.filter(any -> notice.state() == NoticeService.State.PARKED),
                        0,
                        0,
                        notice.state() == NoticeService.State.PARKED));
    }

    void notice(SubjectId person, String partner, NoticeService.State state) {
        notices.add(new Notice(
                UUID.randomUUID(),
                KORAX,
                person,
                partner,
                Outbox.Kind.CORRECTION,
                Set.of(UUID.randomUUID()),
                Set.of("email"),
                state,
                1,
                OptionalInt.empty(),
                now,
                now,
                now,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false));
    }

    void disclosure(SubjectId person, String partner, SharingService.State state, int attempts) {
        disclosures.add(new Disclosure(
                UUID.randomUUID(),
                KORAX,
                person,
                partner,
                "delivery",
                Set.of("name", "email"),
                "consent",
                List.of("KX-1"),
                1,
                Optional.empty(),
                state,
                attempts,
                OptionalInt.empty(),
                now.minusSeconds(60),
                now,
                Optional.empty()));
    }

    private Object remember(Call call) {
        calls.computeIfAbsent(call.name(), any -> new ArrayList<>()).add(call.arguments());
        return null;
    }

    @Override
    public void append(Leaf leaf) {
        store.afterCommit(() -> leaves.add(leaf));
    }

    @Override
    public List<Entry> tail(TenantId tenant, int limit) {
        return List.of();
    }

    @Override
    public Verification verify(TenantId tenant) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] token(TenantId tenant, String use, byte[] value) {
        return platformToken(tenant + use, value);
    }

    @Override
    public byte[] platformToken(String use, byte[] value) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(use.getBytes(StandardCharsets.UTF_8));
            return digest.digest(value);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One call of a faked service. */
    record Call(String name, Object[] arguments) {}

    static <T> T fake(Class<T> type, Function<Call, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                World.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.isDefault() && !method.getName().equals("accountOf")) {
                        return defaulted(proxy, method, arguments);
                    }
                    return answers.apply(new Call(method.getName(), arguments));
                }));
    }

    private static Object defaulted(Object proxy, Method method, Object[] arguments) throws Throwable {
        try {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Settings as they are without a file. */
    private static <C> C defaults(Class<C> settings) {
        return settings.cast(Proxy.newProxyInstance(
                World.class.getClassLoader(),
                new Class<?>[] {settings},
                (proxy, method, arguments) -> method.getDefaultValue()));
    }
}
