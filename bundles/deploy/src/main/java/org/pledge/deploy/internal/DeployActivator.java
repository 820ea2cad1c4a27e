package org.pledge.deploy.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.util.tracker.ServiceTracker;
import org.pledge.audit.AuditLog;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the veto into the framework before anything else starts; that is why this is an activator and no component.
 *
 * <p>The framework property {@code org.pledge.deploy.trusted.locations} names beginnings of bundle locations, with
 * commas, that are trusted without a signature. It exists for tests that install bundles of their own.
 */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.pledge.deploy.ArtifactTrust\"",
        effective = "active")
public final class DeployActivator implements BundleActivator {
    private static final Logger LOG = LoggerFactory.getLogger(DeployActivator.class);
    private static final String BOOT_FINISHED = "org.apache.karaf.features.BootFinished";

    private Optional<Runnable> end = Optional.empty();

    @Override
    public void start(BundleContext context) throws InvalidSyntaxException {
        Clock clock = Clock.systemUTC();
        Path etc = path(context, "karaf.etc", "etc");
        Path data = path(context, "karaf.data", "data").resolve("trust");
        ServiceTracker<AuditLog, AuditLog> audit = new ServiceTracker<>(context, AuditLog.class, null);
        ServiceTracker<Transactions, Transactions> transactions =
                new ServiceTracker<>(context, Transactions.class, null);
        Records records = new Records(
                () -> Optional.ofNullable(audit.getService()),
                () -> Optional.ofNullable(transactions.getService()),
                clock);
        Path home = path(context, "karaf.home", ".");
        Shipped shipped = new Shipped(home.resolve("etc/keys/shipped.sha256"));
        DefaultArtifactTrust trust = new DefaultArtifactTrust(
                shipped, new TrustedKeys(etc.resolve("keys/deploy"), clock), new ActiveVersions(data), records);
        RevisionDigests digests =
                new RevisionDigests(context.getDataFile("").toPath().getParent().getParent());
        Veto veto = new Veto(trust, digests, records, trustedLocations(context));
        VetoKeeper.put(veto, context);
        int swept = veto.sweep(context);
        if (swept > 0) {
            LOG.warn("{} bundles that are not trusted had been resolved and are not any more", swept);
        }
        context.registerService(ArtifactTrust.class, trust, null);
        BundleFolder folder = new BundleFolder(
                context,
                path(context, "karaf.base", ".").resolve("deploy"),
                home,
                data,
                trust,
                veto,
                digests,
                shipped,
                () -> context.getServiceReference(BOOT_FINISHED) != null,
                clock);
        KeyWatch keys = new KeyWatch(trust, records, data);
        audit.open();
        transactions.open();
        records.start();
        folder.start();
        keys.start();
        end = Optional.of(() -> {
            try {
                keys.stop();
                folder.stop();
                veto.seal(context.getBundle().adapt(BundleRevision.class));
            } finally {
                records.stop();
                audit.close();
                transactions.close();
            }
        });
    }

    @Override
    public void stop(BundleContext context) {
        end.ifPresent(Runnable::run);
        end = Optional.empty();
    }

    private static List<String> trustedLocations(BundleContext context) {
        String setting = Optional.ofNullable(context.getProperty("org.pledge.deploy.trusted.locations"))
                .orElse("");
        List<String> locations = Arrays.stream(setting.split(","))
                .map(String::trim)
                .filter(each -> !each.isEmpty())
                .toList();
        if (!locations.isEmpty()) {
            LOG.warn("Bundles from {} are trusted without a signature: a setting for tests", locations);
        }
        return locations;
    }

    private static Path path(BundleContext context, String property, String otherwise) {
        return Path.of(Optional.ofNullable(context.getProperty(property)).orElse(otherwise))
                .toAbsolutePath();
    }
}
