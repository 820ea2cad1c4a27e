package org.pledge.rights.internal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.PublicUrl;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.crypto.LookupTokens;
import org.pledge.notices.MessageService;
import org.pledge.policy.PolicyService;
import org.pledge.rights.RightsService.Identified;
import org.pledge.rights.SelfService;
import org.pledge.rights.spi.PassStore.Pass;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends people links to what is held about them, or hands them over, and opens them. */
final class Links {
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);
    private static final int WAITING = 1000;

    private final String publicUrl;
    private final Clockwork clockwork;
    private final Passes passes;
    private final SubjectStore people;
    private final SubjectService subjects;
    private final PolicyService policies;
    private final LookupTokens tokens;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Supplier<List<MessageService>> messages;
    private final Executor later;
    private final Quota perPerson;
    private final Quota perTenant;

    Links(
            DefaultSelfService.Config config,
            Clockwork clockwork,
            Passes passes,
            SubjectStore people,
            SubjectService subjects,
            PolicyService policies,
            LookupTokens tokens,
            AuditLog audit,
            Transactions transactions,
            Supplier<List<MessageService>> messages,
            Executor later) {
        this.publicUrl = PublicUrl.of(config.publicUrl(), "org.pledge.rights.links.cfg");
        this.clockwork = clockwork;
        this.passes = passes;
        this.people = people;
        this.subjects = subjects;
        this.policies = policies;
        this.tokens = tokens;
        this.audit = audit;
        this.transactions = transactions;
        this.messages = messages;
        this.later = later;
        this.perPerson = new Quota(config.linksPerIdentifier());
        this.perTenant = new Quota(config.linksPerTenant());
    }

    /** What does not fit is not done: whoever asks openly is told nothing anyway. */
    static ExecutorService waiting() {
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

    void send(Caller caller, SubjectId person) {
        caller.require(Role.OPERATOR);
        Post post = post(caller.tenant());
        made(caller, person, false).ifPresent(link -> {
            if (!post.queued(caller, person, Map.of("link", link))) {
                LOG.info("A link for {} could not be queued", person);
            }
        });
    }

    String hand(Caller caller, SubjectId person) {
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
        return Post.of(messages, tenant, SelfService.TEMPLATE, "Add one with the parameter 'link'.");
    }

    private Optional<String> made(Caller caller, SubjectId person, boolean handed) {
        return transactions.required(() -> {
            if (!passes.mayGetLink(caller.tenant(), person)) {
                return Optional.empty();
            }
            String link = passes.added(caller.tenant(), person, true, handed, false);
            record(caller, person, Act.LINK_MADE, handed ? Map.of("handed", "true") : Map.of());
            return Optional.of(publicUrl + "/self-service/" + caller.tenant() + "/" + link);
        });
    }

    private void record(Caller caller, SubjectId person, Act act, Map<String, String> facts) {
        audit.append(
                new Leaf(caller.tenant(), clockwork.now(), act, caller.name(), Optional.of(person), List.of(), facts));
    }

    boolean leave(TenantId tenant) {
        return !publicUrl.isEmpty() && Post.leaves(messages, tenant, SelfService.TEMPLATE);
    }

    void ask(TenantId tenant, Identified identified) {
        if (policies.policies().stream().anyMatch(policy -> policy.tenant().equals(tenant))) {
            later.execute(() -> find(tenant, identified));
        }
    }

    /** The edge of a thread of our own; nobody waits for an answer. */
    private void find(TenantId tenant, Identified identified) {
        try {
            Caller caller = DefaultSelfService.actor(tenant);
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

    String open(TenantId tenant, String link) {
        return transactions.required(() -> {
            Pass used = passes.used(tenant, link);
            record(DefaultSelfService.actor(tenant), used.person(), Act.LINK_USED, Map.of());
            return passes.added(tenant, used.person(), false, used.handed(), false);
        });
    }
}
