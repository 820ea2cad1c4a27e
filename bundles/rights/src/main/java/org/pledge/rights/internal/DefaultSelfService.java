package org.pledge.rights.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
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
import org.pledge.crypto.LookupTokens;
import org.pledge.crypto.Sealer;
import org.pledge.lookup.Lookup;
import org.pledge.notices.MessageService;
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

    private static final String CHANNEL = "link";

    private final SubjectStore people;
    private final SubjectService subjects;
    private final PolicyService policies;
    private final DefaultRightsService rights;
    private final Transactions transactions;
    private final Runnable closing;
    private final Passes passes;
    private final Links links;
    private final EmailChanges emails;
    private final Logins logins;
    private final Reach reach;
    private final Showing showing;

    /** In the container. */
    @Activate
    public DefaultSelfService(
            BundleContext context,
            Config config,
            @Reference Clockwork clockwork,
            @Reference PassStore passStore,
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
                passStore,
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
                Links.waiting());
    }

    private DefaultSelfService(
            Config config,
            Clockwork clockwork,
            PassStore passStore,
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
                passStore,
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
            PassStore passStore,
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
        this.people = people;
        this.subjects = subjects;
        this.policies = policies;
        this.rights = rights;
        this.transactions = transactions;
        this.closing = closing;
        Duration time = Duration.ofMinutes(config.minutes());
        this.passes = new Passes(clockwork, passStore, people, tokens, transactions, time);
        this.links = new Links(
                config, clockwork, passes, people, subjects, policies, tokens, audit, transactions, messages, later);
        this.emails = new EmailChanges(
                clockwork, emailChanges, people, subjects, sealer, tokens, audit, transactions, messages, time);
        this.logins = new Logins(
                clockwork, loginStore, tokens, audit, transactions, refused, new LoginNotices(messages, later));
        this.reach = new Reach(subjects, rights, transactions);
        this.showing = new Showing(subjects, policies, rights, reach, emails);
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
        links.send(caller, person);
    }

    @Override
    public String hand(Caller caller, SubjectId person) {
        return links.hand(caller, person);
    }

    @Override
    public boolean sendsLinks(TenantId tenant) {
        return links.leave(tenant);
    }

    @Override
    public void ask(TenantId tenant, Identified identified) {
        links.ask(tenant, identified);
    }

    @Override
    public String open(TenantId tenant, String link) {
        return links.open(tenant, link);
    }

    // signing in

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
        return Optional.of(new SignedIn(person, passes.signedIn(caller.tenant(), person)));
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
        Pass good = passes.acting(tenant, pass);
        if (!reach.maySetLogin(good)) {
            throw Reach.beyondALink();
        }
        logins.set(actor(tenant), good.person(), name, password, () -> passes.endOthers(good));
    }

    @Override
    public void requireHolder(TenantId tenant, String pass, SubjectId person) {
        if (!holder(tenant, pass).equals(person)) {
            throw new PledgeException(Kind.DENIED, "this is somebody else's, or nobody's")
                    .remedy("Use the identifier that came with the pass.");
        }
    }

    SubjectId holder(TenantId tenant, String pass) {
        return passes.good(tenant, pass).person();
    }

    /** Whoever has the pass, for one of the few acts it is good for, as far as a request of this type would go. */
    SubjectId acting(TenantId tenant, String pass, Type as) {
        Pass good = passes.acting(tenant, pass);
        if (!reach.mayAct(good, as)) {
            throw Reach.beyondALink();
        }
        return good.person();
    }

    boolean mayAct(TenantId tenant, String pass, Type as) {
        return reach.mayAct(passes.good(tenant, pass), as);
    }

    /** Refuses for somebody whose data may not be used. */
    void requireUsable(Caller caller, SubjectId person) {
        subjects.themself(caller, person);
    }

    @Override
    public Held held(TenantId tenant, String pass) {
        return showing.held(passes.good(tenant, pass));
    }

    @Override
    public void change(TenantId tenant, String pass, Map<String, List<String>> fields) {
        Pass good = passes.acting(tenant, pass);
        SubjectId holder = good.person();
        Caller caller = actor(tenant);
        Person person = subjects.themself(caller, holder);
        if (fields.containsKey(MessageService.EMAIL)) {
            throw new PledgeException(Kind.DENIED, "the address that links are sent to is changed once it is confirmed")
                    .remedy("Have a code sent to the new address, or ask for a correction.");
        }
        if (!reach.changeable(caller, policies.current(tenant), person, good).containsAll(fields.keySet())) {
            throw Reach.beyondALink();
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
                actor(tenant), person, code.strip(), () -> passes.endOthers(passes.good(tenant, pass)));
        if (!confirmed) {
            throw new PledgeException(
                            Kind.INVALID, "code: this is not the last code that was sent, or it is not good any more")
                    .remedy("Look at the newest message, or have another code sent.");
        }
    }

    /** Whoever may change their address with this pass, for one act. */
    private Person changing(TenantId tenant, String pass) {
        Pass good = passes.good(tenant, pass);
        Caller caller = actor(tenant);
        Person person = subjects.themself(caller, acting(tenant, pass, Type.RECTIFICATION));
        if (!reach.changeable(caller, policies.current(tenant), person, good).contains(MessageService.EMAIL)) {
            throw Reach.beyondALink();
        }
        return person;
    }

    @Override
    public Request ask(TenantId tenant, String pass, Type type) {
        Pass good = passes.acting(tenant, pass);
        SubjectId holder = good.person();
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

    @Override
    public void end(TenantId tenant, String pass) {
        passes.end(tenant, pass);
    }
}
