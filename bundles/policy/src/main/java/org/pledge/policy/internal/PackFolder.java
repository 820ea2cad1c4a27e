package org.pledge.policy.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Reason;
import org.pledge.deploy.ArtifactTrust.Target;
import org.pledge.deploy.ArtifactTrust.Verdict;
import org.pledge.policy.PolicyService;
import org.pledge.policy.PolicyService.Installation;
import org.pledge.policy.PolicyService.Problem;
import org.pledge.yaml.YamlText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Installs every signed pack that is dropped into a directory, and leaves a report beside each one that is refused. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.pledge.policy")
@Designate(ocd = PackFolder.Config.class)
public final class PackFolder {
    private static final Logger LOG = LoggerFactory.getLogger(PackFolder.class);
    private static final String ENDING = ".policy.yaml";
    private static final String REPORT_ENDING = ".refused";
    private static final String SIGNATURE_ENDING = ".sig";

    /** How long a file may be without the signature that fits it: the two are copied one after the other. */
    private static final long SETTLING_MILLIS = 2_000;

    private static final Set<Reason> MAY_SETTLE = Set.of(Reason.UNSIGNED, Reason.ALTERED, Reason.MALFORMED);

    /** Settings. */
    @ObjectClassDefinition(name = "Pledge policy packs")
    public @interface Config {
        /** Where packs and the questions of the matrix are. */
        @AttributeDefinition(description = "Directory of the packs; ${karaf.etc} stands for the etc directory.")
        String directory() default "${karaf.etc}/policies";

        /** How often the directory is read, in milliseconds. */
        @AttributeDefinition(description = "Milliseconds between two looks at the directory, at least 10.")
        long pollMillis() default 1000;
    }

    /** What tells one content of a file, or of its signature, from the next. */
    private record Sight(long size, FileTime modified, long signatureSize, FileTime signatureModified) {
        long millis() {
            return Math.max(modified.toMillis(), signatureModified.toMillis());
        }
    }

    private final PolicyService policies;
    private final ArtifactTrust trust;
    private final Path directory;
    private final long pollMillis;
    private final Clock clock;
    private final Map<Path, Sight> seen = new HashMap<>();
    private final Map<Path, Sight> handled = new HashMap<>();
    private final Set<Path> failing = new HashSet<>();
    private final ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pledge-policy-folder");
        thread.setDaemon(true);
        return thread;
    });
    private boolean missing;

    /** Installs the packs that are there, then watches. */
    @Activate
    public PackFolder(@Reference PolicyService policies, @Reference ArtifactTrust trust, Config config) {
        this(policies, trust, Folder.of(config.directory()), config.pollMillis(), Clock.systemUTC());
    }

    /** As the other, with what a test sets. */
    public PackFolder(PolicyService policies, ArtifactTrust trust, Path directory, long pollMillis, Clock clock) {
        this.policies = policies;
        this.trust = trust;
        this.directory = directory;
        this.pollMillis = Math.max(10, pollMillis);
        this.clock = clock;
        poll(true);
        poller.scheduleWithFixedDelay(() -> poll(false), this.pollMillis, this.pollMillis, TimeUnit.MILLISECONDS);
    }

    /** Ends the thread; a pack that is being installed is finished first. */
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
    }

    private synchronized void poll(boolean first) {
        Map<Path, Sight> now;
        try {
            now = packs();
            missing = false;
        } catch (IOException e) {
            if (!missing) {
                LOG.warn("the directory of the policy packs cannot be read; create {}", directory);
            }
            missing = true;
            return;
        }
        now.forEach((file, sight) -> {
            boolean stable = sight.equals(seen.put(file, sight)) || first && isOld(sight);
            if (stable && !sight.equals(handled.get(file))) {
                take(file, sight);
            }
        });
        seen.keySet().removeIf(file -> !now.containsKey(file) && forget(file));
    }

    private Map<Path, Sight> packs() throws IOException {
        Map<Path, Sight> packs = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + ENDING)) {
            for (Path file : files) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                if (attributes.isRegularFile()) {
                    Path signature = file.resolveSibling(file.getFileName() + SIGNATURE_ENDING);
                    boolean signed = Files.isRegularFile(signature);
                    packs.put(
                            file,
                            new Sight(
                                    attributes.size(),
                                    attributes.lastModifiedTime(),
                                    signed ? Files.size(signature) : -1,
                                    signed ? Files.getLastModifiedTime(signature) : FileTime.fromMillis(0)));
                }
            }
        }
        return packs;
    }

    /** A file that was there before us and has not just been written need not be seen twice. */
    private boolean isOld(Sight sight) {
        return sight.millis() <= clock.millis() - pollMillis;
    }

    private boolean forget(Path file) {
        handled.remove(file);
        failing.remove(file);
        LOG.info("{} was removed; the version in force stays in force", file.getFileName());
        try {
            Files.deleteIfExists(reportOf(file));
        } catch (IOException e) {
            LOG.debug("the report about {} stays: {}", file.getFileName(), e.toString());
        }
        return true;
    }

    private void take(Path file, Sight sight) {
        String name = file.getFileName().toString();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(4 * YamlText.MAX_CHARACTERS + 1);
            if (trust.check(file, content, Target.POLICY) instanceof Verdict.Refused refused) {
                long age = clock.millis() - sight.millis();
                if (!MAY_SETTLE.contains(refused.reason()) || age < 0 || age >= SETTLING_MILLIS) {
                    LOG.warn("{} was refused, the version in force stays in force: {}", name, refused.reason());
                    report(file, name + ": " + refused.text() + " (" + refused.reason() + ")\n");
                    handled.put(file, sight);
                }
                return;
            }
            String yaml = new String(content, StandardCharsets.UTF_8);
            Installation result = policies.install(Caller.system(tenant(name)), name, yaml);
            if (result instanceof Installation.Refused refused) {
                LOG.warn(
                        "{} was refused for {} problem(s), the version in force stays in force; see {}{}",
                        name,
                        refused.problems().size(),
                        name,
                        REPORT_ENDING);
                report(
                        file,
                        refused.problems().stream().map(Problem::toString).collect(Collectors.joining("\n", "", "\n")));
            } else if (result instanceof Installation.Installed installed) {
                LOG.info("{}: version {} is in force", name, installed.policy().version());
                Files.deleteIfExists(reportOf(file));
            }
            handled.put(file, sight);
            failing.remove(file);
        } catch (IOException | RuntimeException e) {
            // The edge: one file must not end the watch. It is tried again at every look.
            if (failing.add(file)) {
                LOG.warn("{} could not be installed and will be tried again: {}", name, e.toString());
            }
        }
    }

    private static TenantId tenant(String name) {
        try {
            return new TenantId(name.substring(0, name.length() - ENDING.length()));
        } catch (PledgeException e) {
            return new TenantId("pledge");
        }
    }

    private static Path reportOf(Path file) {
        return file.resolveSibling(file.getFileName() + REPORT_ENDING);
    }

    private static void report(Path file, String text) {
        try {
            Files.writeString(reportOf(file), text);
        } catch (IOException e) {
            LOG.warn("the report about {} could not be written: {}", file.getFileName(), e.toString());
        }
    }
}
