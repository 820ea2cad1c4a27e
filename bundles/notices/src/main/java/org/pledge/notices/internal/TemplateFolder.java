package org.pledge.notices.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
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
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.TenantId;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.policy.PolicyService.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes every template in {@code <directory>/<tenant>/<name>.template} into use, again whenever it or the tenant's policy
 * changes, and leaves a report beside each one that is refused.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.pledge.notices.templates")
@Designate(ocd = TemplateFolder.Config.class)
public final class TemplateFolder {
    private static final Logger LOG = LoggerFactory.getLogger(TemplateFolder.class);
    private static final String ENDING = ".template";
    private static final String REPORT_ENDING = ".refused";
    private static final int LARGEST = 4 * 65_536 + 1;

    /** Settings. */
    @ObjectClassDefinition(name = "Pledge message templates")
    public @interface Config {
        /** Where the templates are, one folder for each tenant. */
        @AttributeDefinition(
                description = "Directory of the tenants' folders; ${karaf.etc} stands for the etc directory.")
        String directory() default "${karaf.etc}/templates";

        /** How often the directory is read, in milliseconds. */
        @AttributeDefinition(description = "Milliseconds between two looks at the directory, at least 10.")
        long pollMillis() default 1000;
    }

    /** What tells one content of a file, under one policy, from the next. */
    private record Sight(long size, FileTime modified, String policy) {}

    private final Templates templates;
    private final PolicyService policies;
    private final Path directory;
    private final Map<Path, Sight> seen = new HashMap<>();
    private final Map<Path, Sight> handled = new HashMap<>();
    private final Set<Path> failing = new HashSet<>();
    private final ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pledge-templates");
        thread.setDaemon(true);
        return thread;
    });

    /** Watches the directory of the settings. */
    @Activate
    public TemplateFolder(@Reference Templates templates, @Reference PolicyService policies, Config config) {
        this(
                templates,
                policies,
                Path.of(config.directory().replace("${karaf.etc}", System.getProperty("karaf.etc", "etc"))),
                config.pollMillis());
    }

    TemplateFolder(Templates templates, PolicyService policies, Path directory, long pollMillis) {
        this.templates = templates;
        this.policies = policies;
        this.directory = directory;
        long pause = Math.max(10, pollMillis);
        poller.scheduleWithFixedDelay(this::poll, 0, pause, TimeUnit.MILLISECONDS);
    }

    /** Ends the thread. */
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

    private void poll() {
        try {
            Map<Path, Sight> now = new TreeMap<>();
            for (Policy policy : policies.policies()) {
                look(policy, now);
            }
            now.forEach((file, sight) -> {
                // A file is taken once it was seen twice the same: it may still be being written.
                if (sight.equals(seen.put(file, sight)) && !sight.equals(handled.get(file))) {
                    take(file, sight);
                }
            });
            seen.keySet().removeIf(file -> !now.containsKey(file) && forget(file));
        } catch (IOException | RuntimeException e) {
            // The edge: one look that fails must not be the last one.
            LOG.warn(
                    "the message templates cannot be read now: {}", e.getClass().getName());
        }
    }

    private void look(Policy policy, Map<Path, Sight> now) throws IOException {
        Path folder = directory.resolve(policy.tenant().value());
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
            for (Path file : files) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                if (attributes.isRegularFile()) {
                    now.put(file, new Sight(attributes.size(), attributes.lastModifiedTime(), policy.digest()));
                }
            }
        }
    }

    private boolean forget(Path file) {
        if (handled.remove(file) != null) {
            templates.remove(tenant(file), name(file));
            LOG.info("{} was removed and is no longer in use", shown(file));
        }
        failing.remove(file);
        try {
            Files.deleteIfExists(reportOf(file));
        } catch (IOException e) {
            LOG.debug("the report about {} stays: {}", shown(file), e.getClass().getName());
        }
        return true;
    }

    private void take(Path file, Sight sight) {
        try (InputStream in = Files.newInputStream(file)) {
            String source = new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8);
            List<Problem> problems = templates.install(tenant(file), name(file), shown(file), source);
            Optional<String> report = problems.isEmpty()
                    ? Optional.empty()
                    : Optional.of(problems.stream().map(Problem::toString).collect(Collectors.joining("\n", "", "\n")));
            if (report.isPresent()) {
                LOG.warn("{} was refused; see {}{}", shown(file), shown(file), REPORT_ENDING);
                Files.writeString(reportOf(file), report.get());
            } else {
                LOG.info("{} is in use", shown(file));
                Files.deleteIfExists(reportOf(file));
            }
            handled.put(file, sight);
            failing.remove(file);
        } catch (IOException | RuntimeException e) {
            // The edge: one file must not end the watch. It is tried again at every look.
            if (failing.add(file)) {
                LOG.warn(
                        "{} could not be read and will be tried again: {}",
                        shown(file),
                        e.getClass().getName());
            }
        }
    }

    private static TenantId tenant(Path file) {
        return new TenantId(file.getParent().getFileName().toString());
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - ENDING.length());
    }

    private static String shown(Path file) {
        return file.getParent().getFileName() + "/" + file.getFileName();
    }

    private static Path reportOf(Path file) {
        return file.resolveSibling(file.getFileName() + REPORT_ENDING);
    }
}
