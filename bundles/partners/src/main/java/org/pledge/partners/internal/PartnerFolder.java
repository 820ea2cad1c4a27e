package org.pledge.partners.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.util.tracker.ServiceTracker;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Verdict;
import org.pledge.partners.internal.KnownPartners.Key;
import org.pledge.partners.internal.PartnerText.Reading;
import org.pledge.policy.PolicyService.Problem;
import org.pledge.sharing.Partner;
import org.pledge.sharing.PartnerService;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the partner of every file in a directory, suspends it when the file goes, and leaves a note beside each
 * file that is refused or waits.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.pledge.partners")
@Designate(ocd = PartnerFolder.Config.class)
public final class PartnerFolder {
    /** Whose record takes what belongs to no tenant. */
    static final TenantId PLATFORM = new TenantId("platform");

    private static final Logger LOG = LoggerFactory.getLogger(PartnerFolder.class);
    private static final String ENDING = ".partner.yaml";
    private static final String NOTE_ENDING = ".refused";
    private static final String SIGNATURE_ENDING = ".sig";
    private static final String ACTOR = "partner-file";

    /** Settings. */
    @ObjectClassDefinition(name = "Pledge partner files")
    public @interface Config {
        /** Where the partner files are. */
        @AttributeDefinition(description = "Directory of the files; ${karaf.etc} stands for the etc directory.")
        String directory() default "${karaf.etc}/partners";

        /** How often the directory is read, in milliseconds. */
        @AttributeDefinition(description = "Milliseconds between two looks at the directory, at least 10.")
        long pollMillis() default 1000;
    }

    /** What tells one content of a file, or of its signature, from the next. */
    private record Sight(long size, FileTime modified, long signatureSize, FileTime signatureModified) {}

    /** What is known of one file, as long as it looks the same. */
    private record Taken(Sight sight, Stage stage, Optional<ArtifactTrust> trustedBy, Optional<Reading> reading) {}

    private enum Stage {
        /** It is in force, or refused for what it says. */
        DONE,
        /** It is refused for its signature; other keys may say otherwise. */
        UNTRUSTED,
        /** It waits for a service, a policy or a connector. */
        WAITING
    }

    private final PartnerService partners;
    private final AuditLog audit;
    private final Transactions transactions;
    private final Supplier<Optional<ArtifactTrust>> trust;
    private final KnownPartners known;
    private final Path directory;
    private final long pollMillis;
    private final Clock clock;
    private final Runnable end;
    private final Map<Path, Sight> seen = new HashMap<>();
    private final Map<Path, Taken> taken = new HashMap<>();
    private final Map<Path, String> notes = new HashMap<>();
    private final Set<String> missed = new TreeSet<>();
    private final ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pledge-partner-folder");
        thread.setDaemon(true);
        return thread;
    });
    private boolean missing;

    /** Registers the partners that are there, then watches. */
    @Activate
    public PartnerFolder(
            BundleContext context,
            @Reference PartnerService partners,
            @Reference AuditLog audit,
            @Reference Transactions transactions,
            Config config) {
        this(
                partners,
                audit,
                transactions,
                track(context),
                context.getDataFile("known").toPath(),
                config);
    }

    private PartnerFolder(
            PartnerService partners,
            AuditLog audit,
            Transactions transactions,
            ServiceTracker<ArtifactTrust, ArtifactTrust> tracker,
            Path known,
            Config config) {
        this(
                partners,
                audit,
                transactions,
                () -> Optional.ofNullable(tracker.getService()),
                known,
                Path.of(config.directory().replace("${karaf.etc}", System.getProperty("karaf.etc", "etc"))),
                config.pollMillis(),
                Clock.systemUTC(),
                tracker::close);
    }

    /** As the others, with what a test sets. */
    PartnerFolder(
            PartnerService partners,
            AuditLog audit,
            Transactions transactions,
            Supplier<Optional<ArtifactTrust>> trust,
            Path known,
            Path directory,
            long pollMillis,
            Clock clock,
            Runnable end) {
        this.partners = partners;
        this.audit = audit;
        this.transactions = transactions;
        this.trust = trust;
        this.known = new KnownPartners(known);
        this.directory = directory;
        this.pollMillis = Math.max(10, pollMillis);
        this.clock = clock;
        this.end = end;
        poll(true);
        poller.scheduleWithFixedDelay(() -> poll(false), this.pollMillis, this.pollMillis, TimeUnit.MILLISECONDS);
    }

    private static ServiceTracker<ArtifactTrust, ArtifactTrust> track(BundleContext context) {
        ServiceTracker<ArtifactTrust, ArtifactTrust> tracker = new ServiceTracker<>(context, ArtifactTrust.class, null);
        tracker.open();
        return tracker;
    }

    /** Ends the thread; a partner that is being registered is finished first. */
    @Deactivate
    public void stop() {
        poller.shutdown();
        try {
            if (!poller.awaitTermination(10, TimeUnit.SECONDS)) {
                poller.shutdownNow();
            }
        } catch (InterruptedException e) {
            poller.shutdownNow();
            Thread.currentThread().interrupt();
        }
        end.run();
    }

    private synchronized void poll(boolean first) {
        Map<Path, Sight> now;
        try {
            now = files();
            missing = false;
        } catch (IOException | DirectoryIteratorException e) {
            if (!missing) {
                LOG.warn("the directory of the partner files cannot be read; create {}", directory);
            }
            missing = true;
            return;
        }
        now.forEach((file, sight) -> {
            boolean stable = sight.equals(seen.put(file, sight)) || first && isOld(sight);
            if (stable) {
                attempt(file, () -> take(file, sight));
            }
        });
        seen.keySet().retainAll(now.keySet());
        taken.keySet().retainAll(now.keySet());
        gone(now.keySet());
    }

    private Map<Path, Sight> files() throws IOException {
        Map<Path, Sight> files = new TreeMap<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*" + ENDING)) {
            for (Path file : found) {
                Optional<BasicFileAttributes> attributes = attributes(file);
                Optional<BasicFileAttributes> signature = attributes(beside(file, SIGNATURE_ENDING));
                attributes.ifPresent(one -> files.put(
                        file,
                        new Sight(
                                one.size(),
                                one.lastModifiedTime(),
                                signature.map(BasicFileAttributes::size).orElse(-1L),
                                signature
                                        .map(BasicFileAttributes::lastModifiedTime)
                                        .orElse(FileTime.fromMillis(0)))));
            }
        }
        return files;
    }

    private static Optional<BasicFileAttributes> attributes(Path file) throws IOException {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class))
                    .filter(BasicFileAttributes::isRegularFile);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** A file that was there before us and has not just been written need not be seen twice. */
    private boolean isOld(Sight sight) {
        long written =
                Math.max(sight.modified().toMillis(), sight.signatureModified().toMillis());
        return written <= clock.millis() - pollMillis;
    }

    /** The edge: one file must not end the watch. It is tried again at the next look. */
    private void attempt(Path file, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            note(
                    file,
                    name(file) + ": " + e.getClass().getSimpleName(),
                    "it could not be registered and will be tried again",
                    Optional.empty());
        }
    }

    private void take(Path file, Sight sight) {
        Optional<Taken> before =
                Optional.ofNullable(taken.get(file)).filter(one -> one.sight().equals(sight));
        Optional<ArtifactTrust> judge = trust.get();
        boolean settled = before.filter(one -> one.stage() == Stage.DONE
                        || one.stage() == Stage.UNTRUSTED && one.trustedBy().equals(judge))
                .isPresent();
        if (settled) {
            return;
        }
        Optional<Reading> ready = before.flatMap(Taken::reading);
        if (ready.isPresent()) {
            register(file, sight, judge, ready.get());
        } else if (judge.isEmpty()) {
            postpone(
                    file,
                    name(file) + ": whether it is signed cannot be checked now. Start the bundle org.pledge.deploy.");
        } else {
            judge(file, sight, judge.get());
        }
    }

    private void judge(Path file, Sight sight, ArtifactTrust judge) {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(4 * PartnerText.MAX_CHARACTERS + 1);
        } catch (IOException e) {
            postpone(file, name(file) + ": it cannot be read. Give the platform's user the right to.");
            return;
        }
        if (judge.check(file, content, ArtifactTrust.Target.PARTNER) instanceof Verdict.Refused refused) {
            taken.put(file, new Taken(sight, Stage.UNTRUSTED, Optional.of(judge), Optional.empty()));
            note(file, name(file) + ": " + refused.reason() + ": " + refused.text(), kept(file), Optional.empty());
            return;
        }
        Reading reading = PartnerText.read(name(file), new String(content, StandardCharsets.UTF_8));
        if (reading.partner().isEmpty()) {
            taken.put(file, new Taken(sight, Stage.DONE, Optional.of(judge), Optional.empty()));
            refuse(file, PLATFORM, reading.problems());
        } else {
            register(file, sight, Optional.of(judge), reading);
        }
    }

    private void register(Path file, Sight sight, Optional<ArtifactTrust> judge, Reading reading) {
        Partner partner = reading.partner().orElseThrow();
        Key key = new Key(partner.tenant(), partner.name());
        taken.put(file, new Taken(sight, Stage.WAITING, judge, Optional.of(reading)));
        Optional<String> other = known.otherFile(key, name(file)).filter(one -> Files.exists(directory.resolve(one)));
        if (other.isPresent()) {
            refuse(
                    file,
                    partner.tenant(),
                    List.of(reading.problem(
                            name(file),
                            new PledgeException(
                                            PledgeException.Kind.CONFLICT,
                                            "name is that of a partner that " + other.get() + " describes")
                                    .remedy("Remove one of the two files."))));
            return;
        }
        try {
            Partner registered = partners.put(caller(partner.tenant()), partner, OptionalLong.empty());
            Optional<Key> earlier = known.of(name(file)).filter(one -> !one.equals(key));
            earlier.ifPresent(one -> suspend(one, name(file) + " describes another partner now"));
            known.put(name(file), key);
            taken.put(file, new Taken(sight, Stage.DONE, judge, Optional.empty()));
            clear(file);
            LOG.info(
                    "{}: partner {} is registered, version {}{}",
                    name(file),
                    key,
                    registered.version(),
                    registered.suspended() ? "; it stays suspended until partner:resume" : "");
        } catch (PledgeException e) {
            Problem problem = reading.problem(name(file), e);
            switch (e.kind()) {
                case NOT_FOUND, UNAVAILABLE -> postpone(file, problem.toString());
                default -> {
                    if (partners.connectors().contains(partner.connector())) {
                        refuse(file, partner.tenant(), List.of(problem));
                    } else {
                        postpone(file, problem.toString());
                    }
                }
            }
        }
    }

    private static Caller caller(TenantId tenant) {
        return new Caller(tenant, ACTOR, Set.of(Role.INTEGRATOR));
    }

    /** Suspends the partners of the files that were missing at two looks. */
    private void gone(Set<Path> present) {
        Set<String> names = present.stream().map(PartnerFolder::name).collect(Collectors.toSet());
        for (String file : known.files()) {
            if (names.contains(file)) {
                missed.remove(file);
            } else if (!missed.add(file)) {
                Path path = directory.resolve(file);
                attempt(path, () -> {
                    suspend(known.of(file).orElseThrow(), file + " was removed");
                    known.remove(file);
                    missed.remove(file);
                    clear(path);
                });
            }
        }
        for (Path file : Set.copyOf(notes.keySet())) {
            if (!names.contains(name(file)) && known.of(name(file)).isEmpty()) {
                clear(file);
            }
        }
    }

    private void suspend(Key key, String why) {
        if (partners.find(key.tenant(), key.name()).isPresent()) {
            partners.suspend(caller(key.tenant()), key.name(), true);
            LOG.info("{}: partner {} is suspended; its agreement and its accounting stay", why, key);
        }
    }

    private void refuse(Path file, TenantId tenant, List<Problem> problems) {
        note(
                file,
                problems.stream().map(Problem::toString).collect(Collectors.joining("\n")),
                kept(file) + " Correct the file and save it again.",
                Optional.of(refusal(file, tenant, problems)));
    }

    private void postpone(Path file, String text) {
        note(file, text, kept(file) + " It is tried again by itself.", Optional.empty());
    }

    private String kept(Path file) {
        return known.of(name(file))
                .map(key -> "Partner " + key + " stays as it was.")
                .orElse("No partner is registered.");
    }

    private Leaf refusal(Path file, TenantId tenant, List<Problem> problems) {
        return new Leaf(
                tenant,
                clock.instant(),
                Leaf.Act.PARTNER_REFUSED,
                ACTOR,
                Optional.empty(),
                List.of(),
                Map.of(
                        "file",
                        name(file).matches("[A-Za-z0-9._-]{1,100}") ? name(file) : "unnamed",
                        "problems",
                        Integer.toString(problems.size()),
                        "line",
                        Integer.toString(problems.get(0).line())));
    }

    /** Leaves a note, tells the log and the record; once for each text. */
    private void note(Path file, String text, String kept, Optional<Leaf> leaf) {
        String note = text + "\n" + kept + "\n";
        if (note.equals(notes.get(file))) {
            return;
        }
        leaf.ifPresent(one -> transactions.required(() -> audit.append(one)));
        notes.put(file, note);
        LOG.warn("{} did not take effect; see {}{}", name(file), name(file), NOTE_ENDING);
        try {
            Files.writeString(beside(file, NOTE_ENDING), note);
        } catch (IOException e) {
            LOG.warn("the note beside {} could not be written: {}", name(file), e.toString());
        }
    }

    private void clear(Path file) {
        notes.remove(file);
        try {
            Files.deleteIfExists(beside(file, NOTE_ENDING));
        } catch (IOException e) {
            LOG.debug("the note beside {} stays: {}", name(file), e.toString());
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static Path beside(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }
}
