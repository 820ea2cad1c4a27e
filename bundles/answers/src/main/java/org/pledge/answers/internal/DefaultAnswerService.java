package org.pledge.answers.internal;

import static org.pledge.PledgeException.Kind.CONFLICT;
import static org.pledge.PledgeException.Kind.INVALID;
import static org.pledge.PledgeException.Kind.NOT_FOUND;
import static org.pledge.PledgeException.Kind.UNAVAILABLE;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.CredentialService;
import org.pledge.answers.AnswerService;
import org.pledge.audit.AuditLog;
import org.pledge.audit.AuditTrail;
import org.pledge.audit.Leaf;
import org.pledge.audit.Leaf.Act;
import org.pledge.consent.ConsentService;
import org.pledge.crypto.LookupTokens;
import org.pledge.inquiry.InquiryService;
import org.pledge.lookup.Lookup;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.retention.HoldService;
import org.pledge.rights.RightsService;
import org.pledge.rights.RightsService.Request;
import org.pledge.rights.RightsService.Type;
import org.pledge.rights.spi.RequestStore;
import org.pledge.sharing.NoticeService;
import org.pledge.sharing.PartnerService;
import org.pledge.sharing.SharingService;
import org.pledge.store.Transactions;
import org.pledge.subject.SubjectService;
import org.pledge.subject.spi.SubjectStore;
import org.pledge.vault.CardService;
import org.pledge.visitor.LinkService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes answers one after the other on a thread of its own, and removes their files on time. */
@Component(service = AnswerService.class, configurationPid = "org.pledge.answers")
@Designate(ocd = DefaultAnswerService.Config.class)
public final class DefaultAnswerService implements AnswerService {
    /** Where files lie until they are fetched. */
    @ObjectClassDefinition(name = "Pledge: answers")
    public @interface Config {
        /** The folder of the files; the bundle's own storage if empty. */
        @AttributeDefinition(description = "The folder of the files; the bundle's own storage if empty")
        String folder() default "";
    }

    private static final Logger LOG = LoggerFactory.getLogger(DefaultAnswerService.class);
    private static final int MOST_JOBS = 32;
    private static final int SWEPT_AT_ONCE = 100;
    private static final int MOST_KEPT = 100_000;
    private static final int SWEEP_SECONDS = 600;
    private static final int STOP_SECONDS = 20;
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");

    private record Key(TenantId tenant, UUID request) {}

    private final Sources sources;
    private final RequestStore store;
    private final AuditLog audit;
    private final AnswerFiles files;
    private final AnswerFiles handedOver;
    private final AnswerWriter writer;
    private final Clock clock;
    private final Runnable closeLookups;
    private final Map<Key, Job> jobs = new ConcurrentHashMap<>();
    private final Set<UUID> fetching = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService threads;

    /** The service as it runs. */
    @Activate
    public DefaultAnswerService(
            BundleContext context,
            Config config,
            @Reference PolicyService policies,
            @Reference SubjectService subjects,
            @Reference SubjectStore people,
            @Reference ConsentService consents,
            @Reference InquiryService inquiries,
            @Reference SharingService sharing,
            @Reference PartnerService partners,
            @Reference NoticeService notices,
            @Reference RightsService rights,
            @Reference HoldService holds,
            @Reference AuditTrail trail,
            @Reference CredentialService credentials,
            @Reference LookupTokens tokens,
            @Reference Transactions transactions,
            @Reference RequestStore store,
            @Reference AuditLog audit) {
        this(
                Lookup.opened(context, CardService.class),
                Lookup.opened(context, LinkService.class),
                (vaults, devices) -> new Sources(
                        policies,
                        subjects,
                        people,
                        consents,
                        inquiries,
                        sharing,
                        partners,
                        notices,
                        rights,
                        holds,
                        trail,
                        credentials,
                        tokens,
                        transactions,
                        vaults,
                        devices),
                store,
                audit,
                config.folder().isBlank() ? context.getDataFile("answers").toPath() : Path.of(config.folder()));
    }

    private interface Gathered {
        Sources with(Lookup<CardService> vaults, Lookup<LinkService> devices);
    }

    private DefaultAnswerService(
            Lookup<CardService> vaults,
            Lookup<LinkService> devices,
            Gathered sources,
            RequestStore store,
            AuditLog audit,
            Path folder) {
        this(sources.with(vaults, devices), store, audit, folder, Clock.systemUTC(), () -> {
            vaults.close();
            devices.close();
        });
    }

    DefaultAnswerService(
            Sources sources, RequestStore store, AuditLog audit, Path folder, Clock clock, Runnable closeLookups) {
        this.sources = sources;
        this.store = store;
        this.audit = audit;
        this.files = new AnswerFiles(folder);
        this.handedOver = new AnswerFiles(folder.resolveSibling(folder.getFileName() + "-out"));
        this.writer = new AnswerWriter(sources, files);
        this.clock = clock;
        this.closeLookups = closeLookups;
        this.threads = Executors.newScheduledThreadPool(2, work -> {
            Thread thread = new Thread(work, "pledge-answers");
            thread.setDaemon(true);
            return thread;
        });
        threads.scheduleWithFixedDelay(this::attemptSweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /** What is being made ends with its next item; an interrupt could close the database's files. */
    @Deactivate
    void stop() {
        jobs.values().forEach(Job::fail);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("An answer is still being made; what is left of it is removed within a day.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeLookups.run();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public String schema() {
        return writer.schema();
    }

    @Override
    public Started start(Caller caller, UUID request, Optional<RecipientKey> key, boolean anew) {
        caller.require(Role.OPERATOR);
        Optional<PersonKey> person = key.map(PersonKey::of);
        Request asked = sources.rights().request(caller, request);
        refuseUnlessOpen(asked);
        sources.transactions().required(() -> refuseIfRemoved(asked));
        Key place = new Key(caller.tenant(), request);
        Job job;
        String password;
        synchronized (jobs) {
            Job running = jobs.get(place);
            if (running != null && !running.failed()) {
                return new Started(running.export(), Optional.empty());
            }
            Optional<Export> earlier = stored(place)
                    .filter(export -> asItStands(export).state() == State.READY
                            && files.has(export.id().toString()));
            if (earlier.isPresent() && !anew) {
                return new Started(earlier.get(), Optional.empty());
            }
            if (jobs.values().stream().filter(each -> !each.failed()).count() >= MOST_JOBS) {
                throw new PledgeException(UNAVAILABLE, "too many answers are being made")
                        .remedy("Nothing was done; try again in a few minutes.");
            }
            job = new Job(caller, asked, now(), person);
            new Gathering(sources, caller, asked, job).refuseUnlessAllAnswer();
            earlier.ifPresent(this::discard);
            password = new String(job.password());
            jobs.put(place, job);
        }
        Export started = job.export();
        threads.execute(() -> make(place, job));
        return new Started(started, Optional.of(password).filter(text -> !text.isEmpty()));
    }

    private static void refuseUnlessOpen(Request request) {
        if (request.type() != Type.ACCESS && request.type() != Type.PORTABILITY) {
            throw new PledgeException(CONFLICT, "only requests for access and portability are answered with a file")
                    .remedy("Fulfil this request instead.");
        }
        if (request.state() != RightsService.State.OPEN && request.state() != RightsService.State.EXTENDED) {
            throw new PledgeException(
                            CONFLICT,
                            request.state().closed()
                                    ? "this request is closed: " + request.state()
                                    : "it is not verified who asks")
                    .remedy(
                            request.state().closed()
                                    ? "Open a new request if the person asks again."
                                    : "Send a code and check it, or let the application assert the login.");
        }
    }

    private Optional<Export> stored(Key place) {
        return sources.transactions().required(() -> store.export(place.tenant(), place.request()));
    }

    private Export asItStands(Export export) {
        boolean over =
                export.expires().filter(at -> !at.isAfter(clock.instant())).isPresent();
        return export.state() == State.READY && over ? in(State.EXPIRED, export) : export;
    }

    private static Export in(State state, Export export) {
        return new Export(
                export.tenant(),
                export.request(),
                export.id(),
                state,
                export.protection(),
                export.started(),
                export.made(),
                export.expires(),
                export.counts(),
                export.bytes(),
                export.sha256());
    }

    // making

    /** The edge of a thread of our own: who asked sees that it failed, and the log why. */
    private void make(Key place, Job job) {
        try {
            Export made = write(job);
            keep(job, made);
            jobs.remove(place, job);
            job.done().complete(made);
        } catch (PledgeException e) {
            failed(job, e.kind() + ", " + e.getMessage());
        } catch (IOException | RuntimeException | LinkageError e) {
            failed(job, e.getClass().getName());
        } finally {
            job.wipe();
            job.fail(); // changes nothing where it has ended
        }
    }

    private void failed(Job job, String why) {
        LOG.warn("The answer to request {} could not be made: {}", job.request().id(), why);
        files.delete(job.id().toString());
        job.fail();
    }

    private Export write(Job job) throws IOException {
        AnswerWriter.Written file = writer.write(job);
        Instant now = now();
        return job.made(now, now.plus(KEPT), file.bytes(), file.sha256());
    }

    /** A request that was closed meanwhile gets no answer. */
    private void keep(Job job, Export made) {
        sources.transactions().required(() -> {
            refuseUnlessOpen(store.lockRequest(made.tenant(), made.request())
                    .orElseThrow(() -> new PledgeException(NOT_FOUND, "no such request")
                            .remedy("Check the identifier; GET /api/v1/requests lists the open ones.")));
            refuseIfRemoved(job.request());
            store.putExport(made);
            Map<String, String> facts = new TreeMap<>();
            made.counts().forEach((section, count) -> facts.put("count." + section, Long.toString(count)));
            facts.put("protection", made.protection().name());
            facts.put("type", job.request().type().name());
            record(job.caller(), made, Act.EXPORT_MADE, job.request(), facts);
        });
    }

    private void refuseIfRemoved(Request request) {
        if (removed(request)) {
            throw new PledgeException(NOT_FOUND, "the person was removed, and no answer is made about them")
                    .remedy("Say so, and what stays by the request for the removal; fulfil this one by hand.");
        }
    }

    /** Of whom nothing was ever kept, an answer may say so; of who was removed, none may say what was. */
    private boolean removed(Request request) {
        SubjectStore people = sources.people();
        return !people.knows(request.tenant(), request.subject())
                && !people.removals(request.tenant(), request.subject()).isEmpty();
    }

    private void record(Caller caller, Export export, Act act, Request request, Map<String, String> facts) {
        Map<String, String> details = new TreeMap<>(facts);
        details.put("request", export.request().toString());
        details.put("export", export.id().toString());
        export.sha256().ifPresent(hash -> details.put("sha256", hash));
        audit.append(new Leaf(
                export.tenant(),
                clock.instant(),
                act,
                caller.name(),
                Optional.of(request.subject()),
                promises(export.tenant()),
                details));
    }

    private List<String> promises(TenantId tenant) {
        return sources.policies().current(tenant).promises().stream()
                .filter(promise -> promise.status() == Policy.Status.ENFORCED
                        && promise.control().equals("rights-request"))
                .map(Policy.Promise::id)
                .toList();
    }

    // what became of it

    @Override
    public Export export(Caller caller, UUID request) {
        caller.require(Role.OPERATOR, Role.OFFICER, Role.AUDITOR);
        Key place = new Key(caller.tenant(), request);
        Job job = jobs.get(place);
        return job != null ? job.export() : asItStands(stored(place).orElseThrow(DefaultAnswerService::notFound));
    }

    private static PledgeException notFound() {
        return new PledgeException(NOT_FOUND, "no answer was made to such a request")
                .remedy("Start to make one, or check the identifier.");
    }

    @Override
    public Export await(Caller caller, UUID request, Consumer<Export> progress) throws InterruptedException {
        caller.require(Role.OPERATOR);
        Job job = jobs.get(new Key(caller.tenant(), request));
        while (job != null && !job.done().isDone()) {
            try {
                job.done().get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                progress.accept(job.export());
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        return job == null ? export(caller, request) : job.export();
    }

    @Override
    public Answer answer(Caller caller, UUID request) {
        caller.require(Role.OPERATOR);
        Export export = export(caller, request);
        if (export.state() == State.RUNNING) {
            throw new PledgeException(CONFLICT, "the answer is still being made")
                    .remedy("Ask where it stands, and fetch it when it is ready.");
        }
        if (export.state() != State.READY || !files.has(export.id().toString())) {
            throw gone(export.state());
        }
        return new Ready(caller, export);
    }

    private static PledgeException gone(State state) {
        return new PledgeException(
                        NOT_FOUND, "there is no file to fetch: " + (state == State.READY ? "it is gone" : state))
                .remedy("Make the answer again while the request is open.");
    }

    /** Whom a file is about was removed since. */
    private static final class Removed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final class Ready implements Answer {
        private final Caller caller;
        private final Export export;

        Ready(Caller caller, Export export) {
            this.caller = caller;
            this.export = export;
        }

        @Override
        public Export export() {
            return export;
        }

        @Override
        public String name() {
            return "answer-" + export.request() + (export.protection() == Protection.KEY ? ".jwe" : ".zip");
        }

        @Override
        public String mediaType() {
            return export.protection() == Protection.KEY ? "application/jose" : "application/zip";
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            if (!fetching.add(export.id())) {
                throw new PledgeException(CONFLICT, "this file is being fetched").remedy("Wait until that has ended.");
            }
            try (InputStream in = files.open(export.id().toString())) {
                sources.transactions().required(() -> begin());
                in.transferTo(out);
                out.flush();
                discard(in(State.FETCHED, export));
            } catch (NoSuchFileException e) {
                throw gone(State.READY);
            } catch (Removed e) {
                discard(export);
                throw gone(State.EXPIRED);
            } finally {
                fetching.remove(export.id());
            }
        }

        private void begin() {
            Request request =
                    store.lockRequest(export.tenant(), export.request()).orElseThrow(() -> gone(State.READY));
            if (removed(request)) {
                throw new Removed();
            }
            Export now = store.export(export.tenant(), export.request())
                    .map(DefaultAnswerService.this::asItStands)
                    .filter(export::equals)
                    .orElseThrow(() -> gone(State.READY));
            record(
                    caller,
                    now,
                    Act.EXPORT_FETCHED,
                    request,
                    Map.of("type", request.type().name()));
        }
    }

    @Override
    public Path handOver(Caller caller, UUID request, String name) throws IOException {
        if (!FILE_NAME.matcher(name).matches()) {
            throw new PledgeException(INVALID, "the name of the file must be 1 to 100 letters, digits and . _ -")
                    .remedy("Name no folder; the answer says where the file is.");
        }
        Answer answer = answer(caller, request);
        boolean whole = false;
        try (OutputStream out = handedOver.create(name)) {
            answer.writeTo(out);
            whole = true;
        } catch (FileAlreadyExistsException e) {
            whole = true;
            throw new PledgeException(CONFLICT, "there is a file of this name").remedy("Choose another one.");
        } finally {
            if (!whole) {
                handedOver.delete(name);
            }
        }
        return handedOver.path(name).toAbsolutePath();
    }

    private void discard(Export export) {
        Export gone = export.state() == State.READY ? in(State.EXPIRED, export) : export;
        sources.transactions().required(() -> {
            if (store.export(gone.tenant(), gone.request())
                    .filter(now -> now.id().equals(gone.id()))
                    .isPresent()) {
                store.putExport(gone);
            }
        });
        files.delete(gone.id().toString());
    }

    // sweeping

    private void attemptSweep() {
        try {
            sweep();
        } catch (RuntimeException | LinkageError e) { // the edge of a thread of our own
            LOG.warn(
                    "Expired answers could not be removed ({}); this is tried again.",
                    e.getClass().getName());
        }
    }

    private List<Export> ofRemoved(TenantId tenant) {
        Instant latest = clock.instant().plus(KEPT);
        return sources.transactions().required(() -> store.expiredExports(tenant, latest, MOST_KEPT).stream()
                .filter(export -> store.request(tenant, export.request())
                        .filter(this::removed)
                        .isPresent())
                .toList());
    }

    /** Removes what nobody fetched in time, what is about who was removed, and what an earlier run left. */
    void sweep() {
        for (Policy policy : sources.policies().policies()) {
            List<Export> expired;
            do {
                expired = sources.transactions()
                        .required(() -> store.expiredExports(policy.tenant(), clock.instant(), SWEPT_AT_ONCE));
                expired.forEach(this::discard);
            } while (expired.size() == SWEPT_AT_ONCE);
            ofRemoved(policy.tenant()).forEach(this::discard);
        }
        jobs.values().removeIf(job -> job.failed() && job.started().plus(KEPT).isBefore(clock.instant()));
        files.deleteOlderThan(
                clock.instant().minus(KEPT),
                jobs.values().stream()
                        .filter(job -> !job.failed())
                        .map(job -> job.id().toString())
                        .collect(Collectors.toSet()));
        handedOver.deleteOlderThan(clock.instant().minus(KEPT), Set.of());
    }
}
