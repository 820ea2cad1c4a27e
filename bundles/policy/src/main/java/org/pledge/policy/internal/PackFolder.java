package org.pledge.policy.internal;

import java.nio.charset.StandardCharsets;
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
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Target;
import org.pledge.folder.DropFolder;
import org.pledge.folder.Outcome;
import org.pledge.folder.Place;
import org.pledge.folder.Signing;
import org.pledge.folder.Use;
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
    private static final Duration SETTLING = Duration.ofSeconds(2);

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

    private final PolicyService policies;
    private final DropFolder folder;

    /** Installs the packs that are there, then watches. */
    @Activate
    public PackFolder(@Reference PolicyService policies, @Reference ArtifactTrust trust, Config config) {
        this(policies, trust, Place.directory(config.directory()), config.pollMillis(), Clock.systemUTC());
    }

    /** As the other, with what a test sets. */
    public PackFolder(PolicyService policies, ArtifactTrust trust, Path directory, long pollMillis, Clock clock) {
        this.policies = policies;
        this.folder = new DropFolder(
                new Place(
                        "pledge-policy-folder",
                        () -> Map.of(directory, ""),
                        ENDING,
                        4 * YamlText.MAX_CHARACTERS + 1,
                        pollMillis),
                Optional.of(new Signing(() -> Optional.of(trust), Target.POLICY, SETTLING)),
                List.of(),
                new Packs(),
                clock);
    }

    /** Ends the watch; a pack that is being installed is finished first. */
    @Deactivate
    public void stop() {
        folder.close();
    }

    private final class Packs implements Use {
        @Override
        public Outcome apply(Path file, byte[] content) {
            String name = shown(file);
            String yaml = new String(content, StandardCharsets.UTF_8);
            Installation result = policies.install(Caller.system(tenant(name)), name, yaml);
            if (result instanceof Installation.Refused refused) {
                return new Outcome.Refused(
                        refused.problems().stream().map(Problem::toString).collect(Collectors.joining("\n", "", "\n")));
            }
            if (result instanceof Installation.Installed installed) {
                LOG.info("{}: version {} is in force", name, installed.policy().version());
            }
            return new Outcome.InForce();
        }

        @Override
        public void remove(Path file) {
            LOG.info("{} was removed; the version in force stays in force", shown(file));
        }
    }

    private static TenantId tenant(String name) {
        try {
            return new TenantId(name.substring(0, name.length() - ENDING.length()));
        } catch (PledgeException e) {
            return new TenantId("pledge");
        }
    }
}
