package org.pledge.rights.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
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
import org.pledge.crypto.LookupTokens;
import org.pledge.notices.MessageService;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.retention.HoldService;
import org.pledge.rights.RequestListener;
import org.pledge.rights.RightsService.Request;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.Outbox;
import org.pledge.sharing.SharingService;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.store.memory.MemoryStore;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore.StoredAccount;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** Rights over stores in memory, with the services below answering as a test says. */
final class World implements AuditLog, LookupTokens {
    static final TenantId KORAX = new TenantId("korax");
    static final Caller DESK = new Caller(KORAX, "desk", Set.of(Role.OPERATOR));
    static final Caller OLGA = new Caller(KORAX, "olga", Set.of(Role.OFFICER));
    static final Instant START = Instant.parse("2026-03-10T11:00:00Z");

    final MemoryStore store = new MemoryStore();
    final List<Leaf> leaves = new ArrayList<>();
    final Map<String, List<Object[]>> calls = new HashMap<>();
    final List<Notice> notices = new ArrayList<>();
    final List<Disclosure> disclosures = new ArrayList<>();
    final List<Request> escalated = new ArrayList<>();
    final List<RequestListener> listeners = new ArrayList<>(List.of(escalated::add));
    Optional<PledgeException> refusal = Optional.empty();
    boolean template = true;
    boolean messenger = true;
    Instant now = START;

    private final Policy policy = fake(Policy.class, call -> switch (call.name()) {
        case "tenant" -> KORAX;
        case "promises" -> List.of();
        case "categories" ->
            List.of(new Policy.Category(
                    "card-holder", Policy.DataClass.FINANCIAL, Policy.DataRole.CONTROLLER, false, "", ""));
        default -> throw new AssertionError(call.name());
    });
    private final PolicyService policies =
            fake(PolicyService.class, call -> call.name().equals("current") ? policy : List.of(policy));
    private final SubjectService subjects = fake(SubjectService.class, call -> {
        remember(call);
        if (call.name().equals("account")) {
            StoredAccount stored =
                    store.account(KORAX, (SubjectId) call.arguments()[1]).orElseThrow();
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
        SubjectId gone = (SubjectId) call.arguments()[1];
        store.removePerson(KORAX, gone);
        return null;
    });
    private final ConsentService consents = fake(ConsentService.class, this::remember);
    private final SharingService sharing =
            fake(SharingService.class, call -> new Page<>(List.copyOf(disclosures), Optional.empty()));
    private final NoticeService told =
            fake(NoticeService.class, call -> new Page<>(List.copyOf(notices), Optional.empty()));
    /** Whose data a legal hold keeps. */
    final Set<SubjectId> held = new HashSet<>();

    private final HoldService holds = fake(
            HoldService.class,
            call -> held.contains((SubjectId) call.arguments()[1])
                    ? List.of(new HoldService.Hold(
                            new UUID(0, 1),
                            KORAX,
                            "email",
                            Optional.empty(),
                            Policy.Ground.values()[0],
                            "2026/1",
                            now,
                            now.plus(Duration.ofDays(1)),
                            Set.of(),
                            Set.of(),
                            Optional.empty()))
                    : List.of());
    private final MessageService messages = fake(MessageService.class, call -> {
        if (call.name().equals("templates")) {
            return template
                    ? List.of(new MessageService.Template(
                            KORAX,
                            "verification-code",
                            MessageService.MessageClass.SERVICE,
                            "account",
                            false,
                            Set.of("code"),
                            Optional.empty(),
                            ""))
                    : List.of();
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
    final DefaultRightsService rights = new DefaultRightsService(
            clockwork,
            store,
            store,
            policies,
            subjects,
            consents,
            sharing,
            told,
            holds,
            this,
            this,
            store,
            () -> messenger ? List.of(messages) : List.of(),
            () -> {});
    final DeadlineWatch watch = new DeadlineWatch(
            clockwork, store, store, policies, subjects, told, holds, this, store, () -> listeners, () -> {});

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
        throw new UnsupportedOperationException();
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

    private static <T> T fake(Class<T> type, Function<Call, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                World.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.isDefault()) {
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
