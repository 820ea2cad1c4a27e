package org.pledge.deploy.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleRevision;
import org.pledge.deploy.ArtifactTrust.Reason;
import org.pledge.deploy.ArtifactTrust.Target;
import org.pledge.deploy.ArtifactTrust.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs, updates and removes the bundles of signed jars in the deploy folder, from the bytes that were checked.
 *
 * <p>A jar with the symbolic name of a bundle of the distribution updates that one, and deleting it brings the
 * distribution's version back.
 */
final class BundleFolder {
    static final String LOCATION = "pledge-deploy:";

    private static final Logger LOG = LoggerFactory.getLogger(BundleFolder.class);
    private static final String ENDING = ".jar";
    private static final String REFUSED = ".refused";
    private static final List<String> KINDS = List.of(ENDING, ".camel.yaml", ".camel.xml");
    private static final long MOST_BYTES = 200_000_000;
    private static final Set<String> OUR_GROUND = Set.of("org.pledge.deploy", "org.pledge.api");
    private static final Set<Reason> MAY_SETTLE =
            Set.of(Reason.UNSIGNED, Reason.MALFORMED, Reason.ALTERED, Reason.INCOMPLETE);

    /** What tells one state of a jar and its signature from the next. */
    private record Sight(long size, FileTime modified, long signatureSize, FileTime signatureModified) {}

    /** A sight, and since when it is the same. */
    private record Steady(Sight sight, Instant since) {}

    /**
     * What a jar in the folder became.
     *
     * @param replaced the digest of the distribution's bundle that it updated, or {@code -}
     */
    private record Deployed(String symbolicName, String sha256, String replaced) {}

    private final BundleContext context;
    private final Bundles bundles;
    private final Path directory;
    private final Path home;
    private final DefaultArtifactTrust trust;
    private final Veto veto;
    private final RevisionDigests digests;
    private final Shipped shipped;
    private final DurableText record;
    private final BooleanSupplier ready;
    private final Clock clock;

    private final Map<String, Deployed> deployed = new TreeMap<>();
    private final Map<String, Steady> seen = new HashMap<>();
    private final Map<String, Sight> handled = new HashMap<>();
    private final Set<String> unresolved = new HashSet<>();
    private final Set<String> absent = new HashSet<>();
    private final Set<String> strange = new HashSet<>();
    private final Set<String> told = new HashSet<>();
    private final ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pledge-deploy-folder");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Reads what was deployed before.
     *
     * @param home where the distribution's {@code system} folder is
     * @param ready whether the distribution's own bundles are all installed
     */
    BundleFolder(
            BundleContext context,
            Path directory,
            Path home,
            Path data,
            DefaultArtifactTrust trust,
            Veto veto,
            RevisionDigests digests,
            Shipped shipped,
            BooleanSupplier ready,
            Clock clock) {
        this.context = context;
        this.bundles = new Bundles(context);
        this.directory = directory;
        this.home = home;
        this.trust = trust;
        this.veto = veto;
        this.digests = digests;
        this.shipped = shipped;
        this.record = new DurableText(data.resolve("bundles"));
        this.ready = ready;
        this.clock = clock;
        try {
            record.read().stream()
                    .flatMap(String::lines)
                    .map(line -> line.split(" "))
                    .forEach(part -> deployed.put(part[0], new Deployed(part[1], part[2], part[3])));
        } catch (IOException e) {
            LOG.warn(
                    "Which bundles were deployed cannot be read: {}",
                    e.getClass().getSimpleName());
        }
    }

    void start() {
        poller.scheduleWithFixedDelay(this::lookSafely, 1_000, 1_000, TimeUnit.MILLISECONDS);
    }

    void stop() {
        poller.shutdown();
        try {
            if (!poller.awaitTermination(30, TimeUnit.SECONDS)) {
                poller.shutdownNow();
            }
        } catch (InterruptedException e) {
            poller.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void lookSafely() {
        try {
            look();
        } catch (IOException | RuntimeException e) {
            // The edge: a look that fails must not end the watch.
            LOG.warn("The deploy folder could not be looked through and will be again: {}", e.toString());
        }
    }

    /** Looks once; a jar is taken when two looks found it the same, and taken out when two did not find it. */
    synchronized void look() throws IOException {
        if (!ready.getAsBoolean() || !Files.isDirectory(directory)) {
            return;
        }
        Map<String, Sight> jars = jars();
        Instant now = clock.instant();
        for (Map.Entry<String, Sight> jar : jars.entrySet()) {
            Steady before = seen.get(jar.getKey());
            boolean steady = before != null && before.sight().equals(jar.getValue());
            if (!steady) {
                seen.put(jar.getKey(), new Steady(jar.getValue(), now));
            } else if (!jar.getValue().equals(handled.get(jar.getKey()))) {
                take(jar.getKey(), jar.getValue(), !now.isBefore(before.since().plus(Records.SETTLING)));
            }
        }
        Set<String> gone = new HashSet<>(deployed.keySet());
        gone.addAll(seen.keySet());
        bundles.all()
                .map(Bundle::getLocation)
                .filter(location -> location.startsWith(LOCATION))
                .forEach(location -> gone.add(location.substring(LOCATION.length())));
        gone.removeAll(jars.keySet());
        strangers();
        for (String name : gone) {
            if (absent.contains(name)) {
                remove(name);
            }
        }
        absent.clear();
        absent.addAll(gone);
    }

    /** Tells whoever dropped a file of another kind that nothing comes of it; two looks have to find it. */
    private void strangers() throws IOException {
        Set<String> now = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                String about = name.replaceFirst("\\.sig$", "");
                if (Files.isRegularFile(file)
                        && !name.startsWith(".")
                        && !name.equals("README")
                        && !name.endsWith(REFUSED)
                        && KINDS.stream().noneMatch(about::endsWith)
                        && (about.equals(name) || !strange.contains(about))) {
                    now.add(name);
                }
            }
        }
        for (String name : now) {
            if (!strange.add(name) && told.add(name)) {
                Verdict.Refused refused = new Verdict.Refused(
                        Reason.UNKNOWN_KIND,
                        "only bundles (*.jar) and routes (*.camel.yaml, *.camel.xml) are taken here. Delete it; what is"
                                + " in it may come as a signed file of one of these kinds");
                note(name, refused.text() + " (" + refused.reason() + ")");
                trust.refuse(directory.resolve(name), "", Target.BUNDLE, refused);
            }
        }
        for (String name : Set.copyOf(strange)) {
            if (!now.contains(name)) {
                strange.remove(name);
                if (told.remove(name)) {
                    Files.deleteIfExists(noteOf(name));
                }
            }
        }
    }

    private Map<String, Sight> jars() throws IOException {
        Map<String, Sight> jars = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + ENDING)) {
            for (Path file : files) {
                if (Files.isRegularFile(file)) {
                    String name = file.getFileName().toString();
                    Path signature = directory.resolve(name + Signature.ENDING);
                    boolean signed = Files.isRegularFile(signature);
                    jars.put(
                            name,
                            new Sight(
                                    Files.size(file),
                                    Files.getLastModifiedTime(file),
                                    signed ? Files.size(signature) : -1,
                                    signed ? Files.getLastModifiedTime(signature) : FileTime.fromMillis(0)));
                }
            }
        }
        return jars;
    }

    private void take(String name, Sight sight, boolean settled) throws IOException {
        Path file = directory.resolve(name);
        byte[] jar = sight.size() > MOST_BYTES ? new byte[0] : Files.readAllBytes(file);
        Verdict verdict = trust.judge(file, jar, Target.BUNDLE);
        if (verdict instanceof Verdict.Refused refused) {
            if (settled || !MAY_SETTLE.contains(refused.reason())) {
                handled.put(name, sight);
                note(name, refused.text() + " (" + refused.reason() + ")");
            }
            return;
        }
        handled.put(name, sight);
        String sha256 = Signature.sha256(jar);
        veto.beginTrial(sha256);
        try {
            deploy(name, file, jar, sha256, (Verdict.Trusted) verdict);
        } catch (BundleJar.Unfit e) {
            note(name, e.getMessage() + " (" + e.reason() + ")");
            trust.refuse(file, sha256, Target.BUNDLE, new Verdict.Refused(e.reason(), e.getMessage()));
        } catch (BundleException e) {
            unresolved.add(name);
            note(name, "it cannot be installed or started: " + Bundles.cause(e));
            LOG.warn("{} cannot be installed or started: {}", name, Bundles.cause(e));
        } finally {
            veto.endTrial(sha256);
        }
    }

    private void deploy(String name, Path file, byte[] jar, String sha256, Verdict.Trusted verdict)
            throws BundleJar.Unfit, BundleException, IOException {
        BundleJar bundle = BundleJar.read(jar);
        Deployed mine = deployed.get(name);
        if (mine != null && !mine.symbolicName().equals(bundle.symbolicName())) {
            throw new BundleJar.Unfit(
                    Reason.NAME_TAKEN,
                    name + " was " + mine.symbolicName() + " and now is " + bundle.symbolicName()
                            + "; give it another file name, or delete the earlier one first");
        }
        Optional<Bundle> there = bundles.named(bundle.symbolicName());
        Optional<String> current = there.flatMap(this::digest);
        String replaced = mine == null ? "-" : mine.replaced();
        if (there.isPresent() && !current.equals(Optional.of(sha256))) {
            boolean ours = mine != null || there.get().getLocation().equals(LOCATION + name);
            if (current.filter(shipped::holdsBundle).isPresent()) {
                replaced = current.get();
                ours = false;
            }
            mayReplace(there.get(), bundle, name, ours, replaced);
        }
        if (there.isEmpty()) {
            install(name, file, jar, verdict, new Deployed(bundle.symbolicName(), sha256, "-"));
        } else {
            update(there.get(), name, file, jar, verdict, new Deployed(bundle.symbolicName(), sha256, replaced));
        }
        Files.deleteIfExists(noteOf(name));
        unresolved.forEach(handled::remove);
        unresolved.clear();
    }

    private void mayReplace(Bundle there, BundleJar bundle, String name, boolean ours, String replaced)
            throws BundleJar.Unfit {
        if (there.getBundleId() == 0 || OUR_GROUND.contains(bundle.symbolicName())) {
            throw new BundleJar.Unfit(
                    Reason.NAME_TAKEN, bundle.symbolicName() + " comes with the distribution only; update that");
        }
        boolean another = deployed.entrySet().stream()
                .anyMatch(each -> !each.getKey().equals(name)
                        && each.getValue().symbolicName().equals(bundle.symbolicName()));
        if (another || !ours && replaced.equals("-")) {
            throw new BundleJar.Unfit(
                    Reason.NAME_TAKEN,
                    "another bundle is called " + bundle.symbolicName() + "; remove that first or give this another"
                            + " Bundle-SymbolicName");
        }
        if (!ours && bundle.version().compareTo(there.getVersion()) <= 0) {
            throw new BundleJar.Unfit(
                    Reason.NAME_TAKEN,
                    "the distribution has " + bundle.symbolicName() + " " + there.getVersion()
                            + "; to replace it, give this a higher Bundle-Version");
        }
    }

    private void install(String name, Path file, byte[] jar, Verdict.Trusted verdict, Deployed entry)
            throws BundleException, IOException {
        Bundle bundle = context.installBundle(LOCATION + name, new ByteArrayInputStream(jar));
        boolean kept = false;
        try {
            bundles.resolve(bundle);
            kept = keep(name, file, jar, verdict, entry);
        } finally {
            if (!kept) {
                bundle.uninstall();
            }
        }
        if (kept) {
            bundles.begin(bundle);
            LOG.info("{}: {} {} runs", name, bundle.getSymbolicName(), bundle.getVersion());
        }
    }

    private void update(Bundle bundle, String name, Path file, byte[] jar, Verdict.Trusted verdict, Deployed entry)
            throws BundleException, IOException {
        if (digest(bundle).equals(Optional.of(entry.sha256()))) {
            if (keep(name, file, jar, verdict, entry)) {
                bundles.begin(bundle);
            }
            return;
        }
        byte[] before = Files.readAllBytes(
                digests.file(bundle.adapt(BundleRevision.class)).orElseThrow(() -> new BundleException("no file")));
        Optional<Deployed> entryBefore = Optional.ofNullable(deployed.put(name, entry));
        save();
        boolean kept = false;
        bundle.stop(Bundle.STOP_TRANSIENT);
        try {
            bundle.update(new ByteArrayInputStream(jar));
            bundles.resolve(bundle);
            kept = keep(name, file, jar, verdict, entry);
        } finally {
            if (!kept) {
                deployed.remove(name);
                entryBefore.ifPresent(each -> deployed.put(name, each));
                save();
                bundle.update(new ByteArrayInputStream(before));
                bundles.begin(bundle);
            }
        }
        if (kept) {
            bundles.begin(bundle);
            bundles.refresh(bundle);
            LOG.info("{}: {} is updated to {}", name, bundle.getSymbolicName(), bundle.getVersion());
        }
    }

    /** Keeps the version and the entry; on the disk before the bundle starts. */
    private boolean keep(String name, Path file, byte[] jar, Verdict.Trusted verdict, Deployed entry)
            throws IOException {
        if (trust.accept(file, jar, Target.BUNDLE, verdict) instanceof Verdict.Refused refused) {
            note(name, refused.text() + " (" + refused.reason() + ")");
            return false;
        }
        if (!entry.equals(deployed.put(name, entry))) {
            save();
        }
        return true;
    }

    /** Takes out what a jar brought, and brings back what it had replaced. */
    private void remove(String name) throws IOException {
        Deployed entry = deployed.get(name);
        seen.remove(name);
        handled.remove(name);
        unresolved.remove(name);
        Files.deleteIfExists(noteOf(name));
        Optional<Bundle> there = entry == null
                ? Optional.ofNullable(context.getBundle(LOCATION + name))
                : bundles.named(entry.symbolicName())
                        .filter(bundle -> digest(bundle).equals(Optional.of(entry.sha256())));
        try {
            if (there.isPresent() && (entry == null || entry.replaced().equals("-"))) {
                there.get().uninstall();
                bundles.refresh(there.get());
                LOG.info("{} was removed: its bundle is uninstalled", name);
            } else if (there.isPresent()) {
                restore(there.get(), entry.replaced());
                LOG.info("{} was removed: {} is the distribution's again", name, entry.symbolicName());
            }
        } catch (BundleException e) {
            LOG.error("{} was removed, but what it did cannot be taken back: {}", name, Bundles.cause(e));
            return;
        }
        if (entry != null) {
            deployed.remove(name);
            save();
        }
    }

    private void restore(Bundle bundle, String sha256) throws BundleException, IOException {
        Optional<String> path = shipped.bundle(sha256);
        if (path.isEmpty()) {
            throw new BundleException("the distribution no longer has its version; restart with an empty data/cache");
        }
        byte[] jar = Files.readAllBytes(home.resolve(path.get()));
        if (!Signature.sha256(jar).equals(sha256)) {
            throw new BundleException(path.get() + " was altered; unpack the distribution again");
        }
        bundle.stop(Bundle.STOP_TRANSIENT);
        bundle.update(new ByteArrayInputStream(jar));
        bundles.begin(bundle);
        bundles.refresh(bundle);
    }

    private Optional<String> digest(Bundle bundle) {
        return Optional.ofNullable(bundle.adapt(BundleRevision.class)).flatMap(digests::of);
    }

    private void save() throws IOException {
        StringBuilder text = new StringBuilder();
        deployed.forEach((name, entry) -> text.append(name)
                .append(' ')
                .append(entry.symbolicName())
                .append(' ')
                .append(entry.sha256())
                .append(' ')
                .append(entry.replaced())
                .append('\n'));
        record.write(text.toString());
    }

    private Path noteOf(String name) {
        return directory.resolve(name + REFUSED);
    }

    private void note(String name, String why) {
        String kept = deployed.containsKey(name) ? "Its earlier version keeps running." : "It is not installed.";
        try {
            Files.writeString(noteOf(name), why + "\n" + kept + "\n");
        } catch (IOException e) {
            LOG.warn(
                    "The note beside {} could not be written: {}",
                    name,
                    e.getClass().getSimpleName());
        }
    }
}
