package org.pledge.rights.internal;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.crypto.LookupTokens;
import org.pledge.crypto.Sealer;
import org.pledge.lookup.Lookup;
import org.pledge.notices.MessageService;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.RightsService.Method;
import org.pledge.rights.RightsService.NewRequest;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.State;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.SelfService;
import org.pledge.rights.spi.EmailChangeStore;
import org.pledge.rights.spi.LoginStore;
import org.pledge.rights.spi.PassStore;
import org.pledge.rights.spi.PassStore.Pass;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.SubjectService.Account;
import org.pledge.subject.SubjectService.Person;
import org.pledge.subject.spi.SubjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets whoever gets a person's mail see, correct and ask, as far as a code by mail would do. */
@Component(
        configurationPid = "org.pledge.rights.links",
        service = {SelfService.class, DefaultSelfService.class})
@Designate(ocd = DefaultSelfService.Config.class)
public final class DefaultSelfService implements SelfService {
    /** Settings. */
    @ObjectClassDefinition(name = "Pledge: links to one's own data")
    public @interface Config {
        /** Where people reach our interface. */
        @AttributeDefinition(
                description = "Address of /api/v1 as people reach it, https (http on a loopback address); empty: no"
                        + " links are sent.")
        String publicUrl() default "";

        /** How long a link is good, and then its pass. */
        @AttributeDefinition(description = "Minutes for which a link is good, and then the page that it opens.")
        int minutes() default 15;

        /** How often somebody may ask for a link. */
        @AttributeDefinition(description = "Links an hour that the same person is sent when asked for openly.")
        int linksPerIdentifier() default 3;

        /** How often everybody together may. */
        @AttributeDefinition(description = "Links an hour that a tenant's people are sent when asked for openly.")
        int linksPerTenant() default 600;
    }

    static final String ACTOR = "self-service";

    private static final Logger LOG = LoggerFactory.getLogger(DefaultSelfService.class);
    private static final String CHANNEL = "link";
    private static final String USE = "self-service";
    private static final int BYTES = 32;
    private static final int MOST_LINKS = 3;
    private static final int MOST_ACTS = 10;
    private static final int WAITING = 1000;

    private final Config config;
    private final String publicUrl;
    private final Clockwork clockwork;
    private final PassStore passes;
    private final SubjectStore people;
    private final SubjectService subjects;
    private final PolicyService policies;
    private final DefaultRightsService rights;
    private final LookupTokens tokens;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Supplier<List<MessageService>> messages;
    private final Executor later;
    private final Runnable closing;
    private final EmailChanges emails;
    private final Logins logins;
    private final Quota perPerson;
    private final Quota perTenant;
    private final Quota perPass = new Quota(MOST_ACTS);
    private final SecureRandom random = new SecureRandom();

    /** In the container. */
    @Activate
    public DefaultSelfService(
            BundleContext context,
            Config config,
            @Reference Clockwork clockwork,
            @Reference PassStore passes,
            @Reference EmailChangeStore emailChanges,
            @Reference LoginStore loginStore,
            @Reference SubjectStore people,
            @Reference SubjectService subjects,
            @Reference PolicyService policies,
            @Reference DefaultRightsService rights,
            @Reference LookupTokens tokens,
            @Reference Sealer sealer,
            @Reference AuditLog audit,
            @Reference Transactions transactions,
            @Reference RefusedSignIns refused) {
        this(
                config,
                clockwork,
                passes,
                emailChanges,
                loginStore,
                people,
                subjects,
                policies,
                rights,
                tokens,
                sealer,
                audit,
                transactions,
                refused,
                Lookup.opened(context, MessageService.class),
                waiting());
    }

    private DefaultSelfService(
            Config config,
            Clockwork clockwork,
            PassStore passes,
            EmailChangeStore emailChanges,
            LoginStore loginStore,
            SubjectStore people,
            SubjectService subjects,
            PolicyService policies,
            DefaultRightsService rights,
            LookupTokens tokens,
            Sealer sealer,
            AuditLog audit,
            Transactions transactions,
            RefusedSignIns refused,
            Lookup<MessageService> messages,
            ExecutorService later) {
        this(
                config,
                clockwork,
                passes,
                emailChanges,
                loginStore,
                people,
                subjects,
                policies,
                rights,
                tokens,
                sealer,
                audit,
                transactions,
                refused,
                messages,
                later,
                () -> {
                    later.shutdownNow();
                    messages.close();
                });
    }

    DefaultSelfService(
            Config config,
            Clockwork clockwork,
            PassStore passes,
            EmailChangeStore emailChanges,
            LoginStore loginStore,
            SubjectStore people,
            SubjectService subjects,
            PolicyService policies,
            DefaultRightsService rights,
            LookupTokens tokens,
            Sealer sealer,
            AuditLog audit,
            Transactions transactions,
            RefusedSignIns refused,
            Supplier<List<MessageService>> messages,
            Executor later,
            Runnable closing) {
        this.config = config;
        this.publicUrl = checked(config.publicUrl().strip());
        this.clockwork = clockwork;
        this.passes = passes;
        this.people = people;
        this.subjects = subjects;
        this.policies = policies;
        this.rights = rights;
        this.tokens = tokens;
        this.audit = audit;
        this.transactions = transactions;
        this.messages = messages;
        this.later = later;
        this.closing = closing;
        this.emails = new EmailChanges(
                clockwork,
                emailChanges,
                people,
                subjects,
                sealer,
                tokens,
                audit,
                transactions,
                messages,
                Duration.ofMinutes(config.minutes()));
        this.logins = new Logins(
                clockwork, loginStore, tokens, audit, transactions, refused, new LoginNotices(messages, later));
        this.perPerson = new Quota(config.linksPerIdentifier());
        this.perTenant = new Quota(config.linksPerTenant());
    }

    /** What does not fit is not done: whoever asks openly is told nothing anyway. */
    private static ExecutorService waiting() {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                work -> {
                    Thread thread = new Thread(work, "pledge-rights-links");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
    }

    private static String checked(String url) {
        if (url.isEmpty()) {
            return url;
        }
        URI address = URI.create(url);
        boolean loopback = List.of("127.0.0.1", "[::1]", "localhost").contains(String.valueOf(address.getHost()));
        if (address.getHost() == null
                || address.getRawQuery() != null
                || address.getRawFragment() != null
                || address.getRawUserInfo() != null
                || !("https".equals(address.getScheme()) || loopback && "http".equals(address.getScheme()))) {
            throw new IllegalArgumentException("publicUrl in etc/org.pledge.rights.links.cfg must be https://host/path,"
                    + " http on a loopback address only");
        }
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    @Deactivate
    void stop() {
        closing.run();
    }

    static Caller actor(TenantId tenant) {
        return new Caller(tenant, ACTOR, Set.of(Role.OPERATOR));
    }

    // links

    @Override
    public void send(Caller caller, SubjectId person) {
        caller.require(Role.OPERATOR);
        Post post = post(caller.tenant());
        made(caller, person, false).ifPresent(link -> {
            if (!post.queued(caller, person, Map.of("link", link))) {
                LOG.info("A link for {} could not be queued", person);
            }
        });
    }

    @Override
    public String hand(Caller caller, SubjectId person) {
        caller.require(Role.OPERATOR);
        refuseWithoutAddress();
        return transactions.required(() -> {
            if (!people.knows(caller.tenant(), person)) {
                throw new PledgeException(Kind.NOT_FOUND, "no such person").remedy("Check the identifier.");
            }
            return made(caller, person, true).orElseThrow(() -> new PledgeException(
                            Kind.CONFLICT, "several links of this person are good already")
                    .remedy("Have them use one, or wait some minutes until the first one ends."));
        });
    }

    private void refuseWithoutAddress() {
        if (publicUrl.isEmpty()) {
            throw new PledgeException(Kind.CONFLICT, "no address is set at which people reach links")
                    .remedy("Set publicUrl in etc/org.pledge.rights.links.cfg.");
        }
    }

    private Post post(TenantId tenant) {
        refuseWithoutAddress();
        return Post.of(messages, tenant, TEMPLATE, "Add one with the parameter 'link'.");
    }

    private Optional<String> made(Caller caller, SubjectId person, boolean handed) {
        return transactions.required(() -> {
            if (!people.knows(caller.tenant(), person)
                    || passes.links(caller.tenant(), person, clockwork.now()) >= MOST_LINKS) {
                return Optional.empty();
            }
            String link = added(caller.tenant(), person, true, handed, false);
            record(caller, person, Act.LINK_MADE, handed ? Map.of("handed", "true") : Map.of());
            return Optional.of(publicUrl + "/self-service/" + caller.tenant() + "/" + link);
        });
    }

    private String added(TenantId tenant, SubjectId person, boolean link, boolean handed, boolean signedIn) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = clockwork.now();
        passes.addPass(
                new Pass(
                        tenant,
                        hash(tenant, text),
                        person,
                        link,
                        handed,
                        signedIn,
                        now.plus(Duration.ofMinutes(config.minutes()))),
                now);
        return text;
    }

    private byte[] hash(TenantId tenant, String text) {
        return tokens.token(tenant, USE, text.getBytes(StandardCharsets.UTF_8));
    }

    private void record(Caller caller, SubjectId person, Act act, Map<String, String> facts) {
        audit.append(
                new Leaf(caller.tenant(), clockwork.now(), act, caller.name(), Optional.of(person), List.of(), facts));
    }

    @Override
    public boolean sendsLinks(TenantId tenant) {
        return !publicUrl.isEmpty() && Post.leaves(messages, tenant, TEMPLATE);
    }

    @Override
    public void ask(TenantId tenant, Identified identified) {
        if (policies.policies().stream().anyMatch(policy -> policy.tenant().equals(tenant))) {
            later.execute(() -> find(tenant, identified));
        }
    }

    /** The edge of a thread of our own; nobody waits for an answer. */
    private void find(TenantId tenant, Identified identified) {
        try {
            Caller caller = actor(tenant);
            transactions.required(() -> new Whose(subjects, tokens).subjects(caller, identified)).stream()
                    .filter(person -> mayGetAnother(tenant, person))
                    .forEach(person -> send(caller, person));
        } catch (RuntimeException | LinkageError e) {
            LOG.info(
                    "A link that was asked for could not be sent: {}",
                    e.getClass().getName());
        }
    }

    /** Only what is sent counts: who asks for nobody, or too often for one, takes no links from the others. */
    private boolean mayGetAnother(TenantId tenant, SubjectId person) {
        Instant now = clockwork.now();
        return transactions.required(() -> people.knows(tenant, person))
                && perPerson.passes(person.toString(), now)
                && perTenant.passes(tenant.value(), now);
    }

    @Override
    public String open(TenantId tenant, String link) {
        return transactions.required(() -> {
            Pass used = good(tenant, link, true);
            if (!passes.removePass(tenant, used.token())) {
                throw ended();
            }
            passes.removePasses(tenant, used.person());
            record(actor(tenant), used.person(), Act.LINK_USED, Map.of());
            return added(tenant, used.person(), false, used.handed(), false);
        });
    }

    private Pass good(TenantId tenant, String text, boolean link) {
        Instant now = clockwork.now();
        return passes.pass(tenant, hash(tenant, text))
                .filter(pass -> pass.link() == link && now.isBefore(pass.expires()))
                .filter(pass -> people.knows(tenant, pass.person()))
                .orElseThrow(DefaultSelfService::ended);
    }

    private static PledgeException ended() {
        return new PledgeException(Kind.NOT_FOUND, "this link was used, has run out, or is not whole")
                .remedy("Ask for another one.");
    }

    @Override
    public SignedIn signIn(TenantId tenant, String name, char[] password) {
        refuseUnlessServed(tenant);
        Caller caller = actor(tenant);
        Optional<SubjectId> person = logins.whose(caller, name, password);
        return person.flatMap(known -> transactions.required(() -> let(caller, known, name)))
                .orElseThrow(DefaultSelfService::notLetIn);
    }

    private Optional<SignedIn> let(Caller caller, SubjectId person, String name) {
        if (!people.knows(caller.tenant(), person)) {
            return Optional.empty();
        }
        logins.signedIn(caller, person, name);
        passes.removePasses(caller.tenant(), person);
        return Optional.of(new SignedIn(person, added(caller.tenant(), person, false, false, true)));
    }

    private void refuseUnlessServed(TenantId tenant) {
        if (policies.policies().stream().noneMatch(policy -> policy.tenant().equals(tenant))) {
            throw notLetIn();
        }
    }

    private static PledgeException notLetIn() {
        return new PledgeException(
                        Kind.UNAUTHENTICATED, "user name and password do not fit, or were tried too often just now")
                .remedy("Wait some minutes after five tries, or ask for a link.");
    }

    // with a pass

    @Override
    public void setLogin(TenantId tenant, String pass, String name, char[] password) {
        Pass good = transactions.required(() -> good(tenant, pass, false));
        countAct(tenant, pass);
        if (!maySetLogin(good)) {
            throw beyondALink();
        }
        logins.set(actor(tenant), good.person(), name, password, () -> endOthers(tenant, good));
    }

    private boolean maySetLogin(Pass pass) {
        return pass.handed() || mayAct(pass, Type.RECTIFICATION);
    }

    @Override
    public void requireHolder(TenantId tenant, String pass, SubjectId person) {
        if (!holder(tenant, pass).equals(person)) {
            throw new PledgeException(Kind.DENIED, "this is somebody else's, or nobody's")
                    .remedy("Use the identifier that came with the pass.");
        }
    }

    SubjectId holder(TenantId tenant, String pass) {
        return transactions.required(() -> good(tenant, pass, false).person());
    }

    /** Whoever has the pass, for one of the few acts it is good for, as far as a request of this type would go. */
    SubjectId acting(TenantId tenant, String pass, Type as) {
        Pass good = transactions.required(() -> good(tenant, pass, false));
        countAct(tenant, pass);
        if (!mayAct(good, as)) {
            throw beyondALink();
        }
        return good.person();
    }

    /** Whether the person signed in, or a code by mail would be enough for a request of this type. */
    boolean mayAct(TenantId tenant, String pass, Type as) {
        return mayAct(transactions.required(() -> good(tenant, pass, false)), as);
    }

    private boolean mayAct(Pass pass, Type as) {
        return pass.signedIn()
                || transactions.required(() -> rights.mailIsEnough(actor(pass.tenant()), pass.person(), as));
    }

    /** Refuses for somebody whose data may not be used. */
    void requireUsable(Caller caller, SubjectId person) {
        subjects.themself(caller, person);
    }

    private static PledgeException beyondALink() {
        return new PledgeException(Kind.DENIED, "this cannot be changed by a link that came by mail")
                .remedy("Log in, or turn to the address on the page.");
    }

    @Override
    public Held held(TenantId tenant, String pass) {
        Pass good = transactions.required(() -> good(tenant, pass, false));
        SubjectId holder = good.person();
        Caller caller = actor(tenant);
        Policy policy = policies.current(tenant);
        Optional<Person> person = shown(caller, holder);
        Map<String, List<String>> shown = new HashMap<>();
        person.map(Person::fields)
                .orElse(Map.of())
                .forEach((field, values) -> shown.put(
                        field, values.stream().map(mask(policy, field, good)).toList()));
        Set<String> changeable = new HashSet<>(
                person.map(one -> changeable(caller, policy, one, good)).orElse(Set.of()));
        boolean emailStopped = changeable.contains(MessageService.EMAIL) && !emails.work(tenant);
        if (emailStopped) {
            changeable.remove(MessageService.EMAIL);
        }
        return new Held(
                policy.controller(),
                policy.contact(),
                shown,
                changeable,
                emailStopped,
                maySetLogin(good),
                good.signedIn(),
                rights.ofSubject(caller, holder));
    }

    /** Empty for somebody whose data may not be used; they can still ask for everything. */
    private Optional<Person> shown(Caller caller, SubjectId holder) {
        try {
            return Optional.of(subjects.themself(caller, holder));
        } catch (PledgeException e) {
            if (e.kind() != Kind.DENIED) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** Nothing of what is financial or sensitive is shown, and most of the rest to who signed in only. */
    private static UnaryOperator<String> mask(Policy policy, String field, Pass pass) {
        boolean personal = policy.category(field)
                .filter(category -> category.dataClass() == Policy.DataClass.PERSONAL)
                .isPresent();
        if (!personal) {
            return Mask::whole;
        }
        return pass.signedIn() ? UnaryOperator.identity() : Mask::of;
    }

    /** Where more is held than a code by mail may change, nothing can be changed here. */
    private Set<String> changeable(Caller caller, Policy policy, Person person, Pass pass) {
        if (!mayAct(pass, Type.RECTIFICATION)) {
            return Set.of();
        }
        Account account = subjects.account(caller, person.account());
        Optional<Policy.Collection> collection = person.id().equals(person.account())
                ? policy.collection(account.tier(), account.holder())
                : policy.contactRules().map(Policy.ContactRules::collection);
        Set<String> names = new HashSet<>();
        collection.ifPresent(rules -> {
            names.addAll(rules.required());
            names.addAll(rules.optional().keySet());
        });
        names.removeIf(name -> policy.category(name)
                .filter(category -> category.dataClass() == Policy.DataClass.PERSONAL && !category.supplied())
                .isEmpty());
        return new TreeSet<>(names);
    }

    @Override
    public void change(TenantId tenant, String pass, Map<String, List<String>> fields) {
        Pass good = transactions.required(() -> good(tenant, pass, false));
        SubjectId holder = good.person();
        countAct(tenant, pass);
        Caller caller = actor(tenant);
        Person person = subjects.themself(caller, holder);
        if (fields.containsKey(MessageService.EMAIL)) {
            throw new PledgeException(Kind.DENIED, "the address that links are sent to is changed once it is confirmed")
                    .remedy("Have a code sent to the new address, or ask for a correction.");
        }
        if (!changeable(caller, policies.current(tenant), person, good).containsAll(fields.keySet())) {
            throw beyondALink();
        }
        subjects.update(
                caller,
                holder,
                fields,
                subjects.account(caller, person.account()).version());
    }

    @Override
    public void changeEmail(TenantId tenant, String pass, String address) {
        Person person = changing(tenant, pass);
        emails.ask(actor(tenant), person, address.strip());
    }

    @Override
    public void confirmEmail(TenantId tenant, String pass, String code) {
        Person person = changing(tenant, pass);
        boolean confirmed = emails.confirmed(
                actor(tenant), person, code.strip(), () -> endOthers(tenant, good(tenant, pass, false)));
        if (!confirmed) {
            throw new PledgeException(
                            Kind.INVALID, "code: this is not the last code that was sent, or it is not good any more")
                    .remedy("Look at the newest message, or have another code sent.");
        }
    }

    /** Whoever may change their address with this pass, for one act. */
    private Person changing(TenantId tenant, String pass) {
        Pass good = transactions.required(() -> good(tenant, pass, false));
        Caller caller = actor(tenant);
        Person person = subjects.themself(caller, acting(tenant, pass, Type.RECTIFICATION));
        if (!changeable(caller, policies.current(tenant), person, good).contains(MessageService.EMAIL)) {
            throw beyondALink();
        }
        return person;
    }

    /** What was sent to the former address opens nothing any more. */
    private void endOthers(TenantId tenant, Pass kept) {
        passes.removePasses(tenant, kept.person());
        passes.addPass(kept, clockwork.now());
    }

    @Override
    public Request ask(TenantId tenant, String pass, Type type) {
        Pass good = transactions.required(() -> good(tenant, pass, false));
        SubjectId holder = good.person();
        countAct(tenant, pass);
        Caller caller = actor(tenant);
        Optional<Request> earlier = rights.ofSubject(caller, holder).stream()
                .filter(one -> one.type() == type && !one.state().closed())
                .findFirst();
        Account account = subjects.accountOf(caller, holder);
        Request request = earlier.orElseGet(() ->
                rights.openByLink(caller, new NewRequest(holder, type, account.jurisdiction(), CHANNEL), method(good)));
        return type == Type.OPT_OUT && request.state() == State.OPEN
                ? rights.fulfil(caller, request.id()).request()
                : request;
    }

    private static Method method(Pass pass) {
        if (pass.signedIn()) {
            return Method.ACCOUNT_LOGIN;
        }
        return pass.handed() ? Method.TRUSTED_PARTY : Method.MAIL_CODE;
    }

    private void countAct(TenantId tenant, String pass) {
        String key = HexFormat.of().formatHex(hash(tenant, pass));
        if (!perPass.passes(key, clockwork.now())) {
            throw new PledgeException(Kind.DENIED, "too much was changed or asked by one link")
                    .remedy("Ask for another link later.");
        }
    }

    @Override
    public void end(TenantId tenant, String pass) {
        transactions.required(() -> passes.removePass(tenant, hash(tenant, pass)));
    }
}
