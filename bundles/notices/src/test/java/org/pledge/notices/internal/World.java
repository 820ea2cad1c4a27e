package org.pledge.notices.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Entry;
import org.pledge.audit.Leaf;
import org.pledge.audit.Verification;
import org.pledge.consent.ConsentService;
import org.pledge.consent.ConsentService.Level;
import org.pledge.consent.ConsentService.Wording;
import org.pledge.consent.WithdrawalListener;
import org.pledge.consent.internal.ConsentTable;
import org.pledge.consent.internal.DefaultConsentService;
import org.pledge.consent.internal.DefaultInquiryService;
import org.pledge.crypto.LookupTokens;
import org.pledge.crypto.Sealer;
import org.pledge.inquiry.InquiryListener;
import org.pledge.policy.Policy;
import org.pledge.policy.Policy.Holder;
import org.pledge.policy.PolicyService.Installation;
import org.pledge.policy.internal.DefaultPolicyService;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.internal.DefaultGate;
import org.pledge.sharing.internal.DefaultOutbox;
import org.pledge.sharing.internal.DefaultSharingService;
import org.pledge.sharing.internal.DisclosureInquiries;
import org.pledge.sharing.internal.DisclosureRules;
import org.pledge.sharing.internal.DisclosureWithdrawals;
import org.pledge.sharing.internal.EarlierRecipients;
import org.pledge.sharing.internal.PartnerTable;
import org.pledge.store.memory.MemoryStore;
import org.pledge.subject.CorrectionListener;
import org.pledge.subject.RemovalCheck;
import org.pledge.subject.RemovalListener;
import org.pledge.subject.SubjectService.NewAccount;
import org.pledge.subject.internal.DefaultSubjectService;

/** The platform over stores in memory, with packs as they are shipped and one mail partner for each tenant. */
final class World {
    static final String URL = "https://privacy.example/api/v1";
    static final Path PACKS = Path.of("..", "..", "etc", "policies");
    private static final Wording WORDING = new Wording("web", "signup-1", "a".repeat(64));

    final MemoryStore store = new MemoryStore();
    final Recorded audit = new Recorded(store);
    final DefaultPolicyService policies = new DefaultPolicyService(store, store, audit, Clock.systemUTC());
    final Templates templates = new Templates(policies, audit, store, Clock.systemUTC());
    final List<Partner> partners = new CopyOnWriteArrayList<>();
    PartnerService.Standing standing = PartnerService.Standing.ACTIVE;
    final Map<String, PartnerService.Standing> standings = new HashMap<>();
    final DefaultOutbox outbox;
    final ConsentService consents;
    final DefaultInquiryService inquiries;
    final DefaultSubjectService subjects;
    final DefaultMessageService messages;
    final DefaultSharingService sharing;

    World() {
        this(URL);
    }

    World(String publicUrl) {
        for (String tenant : List.of("anonymizer", "anyip", "iwebtrack", "korax", "opentracker")) {
            install(tenant, pack(tenant));
        }
        partners.add(partner("anonymizer", Set.of("service-notice", "expiry-notice")));
        partners.add(partner("anyip", Set.of("service-provision", "own-offers")));
        partners.add(partner("iwebtrack", Set.of("account", "inquiry-response", "own-offers")));
        partners.add(partner("opentracker", Set.of("contact")));
        partners.add(partner(
                "korax",
                "postbox",
                Set.of("identity-verification"),
                Optional.of(new Partner.Attestation(
                        "own-mail-server", LocalDate.now().plusYears(1)))));
        partners.add(partner("korax", "a-relay", Set.of("identity-verification"), Optional.empty()));
        standings.put("a-relay", PartnerService.Standing.ATTESTATION_MISSING);
        partners.forEach(partner -> store.required(() -> store.putPartner(partner)));

        Sealer sealer = new Sealer() {
            @Override
            public byte[] seal(Place place, byte[] plain) {
                return plain.clone();
            }

            @Override
            public byte[] open(Place place, byte[] sealed) {
                return sealed.clone();
            }

            @Override
            public void destroyKey(TenantId tenant, SubjectId subject) {}
        };
        DefaultOutbox.Config config = defaults(DefaultOutbox.Config.class);
        ConsentTable view = new ConsentTable(store, store);
        PartnerTable table = new PartnerTable(store, store);
        DefaultGate gate = new DefaultGate(policies, view, table);
        DisclosureRules rules = new DisclosureRules(store, store, store, view, policies, table, gate);
        inquiries = new DefaultInquiryService(
                context(Map.of(InquiryListener.class, new DisclosureInquiries(store, audit, policies))),
                defaults(DefaultConsentService.Config.class),
                view,
                store,
                store,
                store,
                policies,
                audit,
                store);
        CorrectionListener nobodyToTell = (tenant, person, fields) -> {};
        RemovalCheck nothingHeld = (tenant, person) -> List.of();
        subjects = new DefaultSubjectService(
                context(Map.of(
                        RemovalListener.class,
                        inquiries,
                        CorrectionListener.class,
                        nobodyToTell,
                        RemovalCheck.class,
                        nothingHeld)),
                defaults(DefaultSubjectService.Config.class),
                store,
                sealer,
                new TestTokens(),
                policies,
                audit,
                store);
        outbox = new DefaultOutbox(config, store, store, store, audit, sealer, subjects, store, table, rules);
        DisclosureWithdrawals withdrawals = new DisclosureWithdrawals(
                store, audit, new EarlierRecipients(store, store, store, audit, policies, outbox));
        consents = new DefaultConsentService(
                context(Map.of(WithdrawalListener.class, withdrawals)),
                defaults(DefaultConsentService.Config.class),
                view,
                store,
                store,
                policies,
                audit,
                store);
        sharing = new DefaultSharingService(config, store, store, audit, sealer, table, rules, outbox);
        messages = new DefaultMessageService(
                publicUrl,
                templates,
                policies,
                subjects,
                listing(),
                sharing,
                sharing,
                consents,
                view,
                new TestTokens(),
                audit,
                store,
                Clock.systemUTC());
    }

    static String pack(String tenant) {
        try {
            return Files.readString(PACKS.resolve(tenant + ".policy.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Installation install(String tenant, String yaml) {
        return policies.install(Caller.system(new TenantId(tenant)), tenant + ".policy.yaml", yaml);
    }

    Policy policy(String tenant) {
        return policies.current(new TenantId(tenant));
    }

    static Caller operator(String tenant) {
        return new Caller(new TenantId(tenant), "olga", Set.of(Role.OPERATOR));
    }

    /** Somebody who registered and accepted the policy by that. */
    SubjectId register(String tenant, String tier, String jurisdiction, Map<String, List<String>> fields) {
        Caller caller = operator(tenant);
        SubjectId subject = subjects.open(
                        caller,
                        new NewAccount(
                                tier, Holder.INDIVIDUAL, jurisdiction, Optional.of(LocalDate.of(1980, 5, 17)), fields))
                .id();
        consents.accept(
                caller, subject, policies.current(caller.tenant()).version(), Level.IMPLIED, jurisdiction, WORDING);
        return subject;
    }

    SubjectId member(String email) {
        return register("iwebtrack", "member", "US", Map.of("email", List.of(email)));
    }

    void template(String tenant, String name, String source) {
        List<?> problems = templates.install(new TenantId(tenant), name, name + ".template", source);
        if (!problems.isEmpty()) {
            throw new AssertionError(problems.toString());
        }
    }

    List<Disclosure> disclosures(String tenant, SubjectId subject) {
        return store.required(() -> store.ofSubject(new TenantId(tenant), subject, Optional.empty(), 100));
    }

    private static Partner partner(String tenant, Set<String> purposes) {
        return partner(tenant, "postbox", purposes, Optional.empty());
    }

    private static Partner partner(
            String tenant, String name, Set<String> purposes, Optional<Partner.Attestation> attestation) {
        return new Partner(
                new TenantId(tenant),
                name,
                "mail-service",
                new Partner.Agreement(
                        Set.of("email", "message"),
                        purposes,
                        "NL",
                        LocalDate.now().minusDays(1),
                        LocalDate.now().plusYears(1),
                        attestation),
                "smtp",
                URI.create("smtp://127.0.0.1:2525"),
                Map.of(),
                false,
                1);
    }

    /** Settings as they are without a file. */
    private static <C> C defaults(Class<C> settings) {
        return settings.cast(Proxy.newProxyInstance(
                World.class.getClassLoader(),
                new Class<?>[] {settings},
                (proxy, method, arguments) -> method.getDefaultValue()));
    }

    private PartnerService listing() {
        return (PartnerService) Proxy.newProxyInstance(
                World.class.getClassLoader(), new Class<?>[] {PartnerService.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("standing")) {
                        return standings.getOrDefault(((Partner) arguments[0]).name(), standing);
                    }
                    if (!method.getName().equals("list")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return partners.stream()
                            .filter(partner -> partner.tenant().equals(arguments[0]))
                            .toList();
                });
    }

    /** A registry in which these services are. */
    private static BundleContext context(Map<Class<?>, Object> services) {
        Map<String, ServiceReference<?>> references = new HashMap<>();
        Map<Object, Object> byReference = new IdentityHashMap<>();
        services.forEach((type, service) -> {
            ServiceReference<?> reference = reference();
            references.put(type.getName(), reference);
            byReference.put(reference, service);
        });
        return (BundleContext) Proxy.newProxyInstance(
                World.class.getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getServiceReferences" ->
                        references.containsKey(arguments[0])
                                ? new ServiceReference<?>[] {references.get(arguments[0])}
                                : null;
                    case "getService" -> byReference.get(arguments[0]);
                    default -> null;
                });
    }

    private static ServiceReference<?> reference() {
        return (ServiceReference<?>) Proxy.newProxyInstance(
                World.class.getClassLoader(),
                new Class<?>[] {ServiceReference.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> 1;
                    case "compareTo" -> 0;
                    case "equals" -> proxy == arguments[0];
                    default -> null;
                });
    }

    /** Keeps the leaves whose transaction was committed. */
    record Recorded(MemoryStore store, List<Leaf> leaves) implements AuditLog {
        Recorded(MemoryStore store) {
            this(store, new ArrayList<>());
        }

        @Override
        public void append(Leaf leaf) {
            store.afterCommit(() -> leaves.add(leaf));
        }

        List<Leaf> of(Leaf.Act act) {
            return leaves.stream().filter(leaf -> leaf.act() == act).toList();
        }

        @Override
        public List<Entry> tail(TenantId tenant, int limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Verification verify(TenantId tenant) {
            throw new UnsupportedOperationException();
        }
    }

    /** HMAC under a fixed key for each use. */
    static final class TestTokens implements LookupTokens {
        @Override
        public byte[] token(TenantId tenant, String use, byte[] value) {
            return platformToken(tenant + " " + use, value);
        }

        @Override
        public byte[] platformToken(String use, byte[] value) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(use.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
                return mac.doFinal(value);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
