package org.pledge.notices.internal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.TenantId;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Reason;
import org.pledge.deploy.ArtifactTrust.Verdict;
import org.pledge.folder.DropFolder;
import org.pledge.folder.Outcome;
import org.pledge.folder.Place;
import org.pledge.folder.Signing;
import org.pledge.folder.Use;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyService;
import org.pledge.policy.PolicyService.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes every signed template in {@code <directory>/<tenant>/<name>.template} into use, again whenever it or the tenant's policy
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
    /** How long a file may be without the signature that fits it: the two are copied one after the other. */
    private static final Duration SETTLING = Duration.ofSeconds(2);

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

    private final Templates templates;
    private final ArtifactTrust trust;
    private final DropFolder folder;

    /** Watches the directory of the settings. */
    @Activate
    public TemplateFolder(
            @Reference Templates templates,
            @Reference PolicyService policies,
            @Reference ArtifactTrust trust,
            Config config) {
        this(templates, policies, trust, Place.directory(config.directory()), config.pollMillis());
    }

    TemplateFolder(Templates templates, PolicyService policies, ArtifactTrust trust, Path directory, long pollMillis) {
        this.templates = templates;
        this.trust = trust;
        this.folder = new DropFolder(
                new Place("pledge-templates", () -> folders(directory, policies), ENDING, LARGEST, pollMillis),
                Optional.of(new Signing(() -> Optional.of(trust), ArtifactTrust.Target.TEMPLATE, SETTLING)),
                templates.all().stream()
                        .map(template -> of(template.tenant(), directory).resolve(template.name() + ENDING))
                        .toList(),
                new TemplateFiles(),
                Clock.systemUTC());
    }

    /** The folder of each tenant that has one; its templates depend on the policy in force. */
    private static Map<Path, String> folders(Path directory, PolicyService policies) {
        return policies.policies().stream()
                .filter(policy -> Files.isDirectory(of(policy.tenant(), directory)))
                .collect(Collectors.toMap(policy -> of(policy.tenant(), directory), Policy::digest));
    }

    private static Path of(TenantId tenant, Path directory) {
        return directory.resolve(tenant.value());
    }

    /** Ends the watch. */
    @Deactivate
    public void stop() {
        folder.close();
    }

    private final class TemplateFiles implements Use {
        @Override
        public Outcome apply(Path file, byte[] content) {
            String source = new String(content, StandardCharsets.UTF_8);
            List<Problem> problems = templates.install(tenant(file), name(file), shown(file), source);
            if (!problems.isEmpty()) {
                return new Outcome.Refused(
                        problems.stream().map(Problem::toString).collect(Collectors.joining("\n", "", "\n")));
            }
            LOG.info("{} is in use", shown(file));
            return new Outcome.InForce();
        }

        @Override
        public void remove(Path file) {
            templates.remove(tenant(file), name(file));
            LOG.info("{} was removed and is no longer in use", shown(file));
        }

        @Override
        public String untrusted(Path file, Verdict.Refused refused) {
            String note = Use.super.untrusted(file, refused);
            if (!isLapsed(file, refused)
                    || templates.find(tenant(file), name(file)).isEmpty()) {
                return note;
            }
            templates.remove(tenant(file), name(file));
            LOG.info("{} is no longer in use: the key that signed it is no longer trusted", shown(file));
            return note + "It is no longer in use, because the key it rested on is no longer trusted.\n";
        }

        @Override
        public String shown(Path file) {
            return file.getParent().getFileName() + "/" + file.getFileName();
        }

        /** Whether the newest signature that took effect under this name is by a key that is no longer trusted. */
        private boolean isLapsed(Path file, Verdict.Refused refused) {
            return refused.reason() == Reason.UNTRUSTED_KEY
                    && trust.active().stream()
                            .anyMatch(each -> each.target() == ArtifactTrust.Target.TEMPLATE
                                    && each.name().equals(shown(file))
                                    && !each.trusted());
        }
    }

    private static TenantId tenant(Path file) {
        return new TenantId(file.getParent().getFileName().toString());
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - ENDING.length());
    }
}
