package org.pledge.deploy.internal;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.resolver.ResolverHook;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.pledge.deploy.ArtifactTrust.Reason;
import org.pledge.deploy.ArtifactTrust.Target;
import org.pledge.deploy.ArtifactTrust.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every bundle from resolving that neither came with the distribution nor is signed, whoever installed it.
 *
 * <p>The framework calls this while it holds its locks: nothing here looks for a service. It stays in the framework,
 * sealed, when its bundle goes. No class can be loaded then any more: what a sealed veto runs has run before, and is
 * written without lambdas.
 */
final class Veto implements ResolverHookFactory, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Veto.class);

    private final DefaultArtifactTrust trust;
    private final RevisionDigests digests;
    private final Records records;
    private final List<String> trustedLocations;
    private final Set<String> trials = ConcurrentHashMap.newKeySet();
    private final Map<String, String> refusedFiles = new ConcurrentHashMap<>();
    private volatile Optional<Set<String>> sealed = Optional.empty();
    private volatile Optional<ServiceRegistration<?>> registration = Optional.empty();

    Veto(DefaultArtifactTrust trust, RevisionDigests digests, Records records, List<String> trustedLocations) {
        this.trust = trust;
        this.digests = digests;
        this.records = records;
        this.trustedLocations = trustedLocations;
    }

    @Override
    public ResolverHook begin(Collection<BundleRevision> triggers) {
        return new Operation(triggers);
    }

    /**
     * One resolve operation, in which a revision is judged once.
     *
     * <p>An operation for an untrusted bundle is stopped as a whole. In every other one untrusted bundles only lose
     * their wires: once Felix 7.0.5 sees a bundle taken from {@code filterResolvable}, it also drops the capabilities
     * of all bundles that are resolved already, and nothing resolves any more.
     */
    private final class Operation implements ResolverHook {
        private final Map<BundleRevision, Boolean> judged = new IdentityHashMap<>();
        private final boolean stopped;

        Operation(Collection<BundleRevision> triggers) {
            boolean stop = false;
            for (BundleRevision trigger : triggers) {
                stop |= keptOut(trigger);
            }
            this.stopped = stop;
        }

        @Override
        public void filterResolvable(Collection<BundleRevision> candidates) {
            if (stopped) {
                for (Iterator<BundleRevision> each = candidates.iterator(); each.hasNext(); ) {
                    if (keptOut(each.next())) {
                        each.remove();
                    }
                }
            }
        }

        /** Takes the wires to untrusted bundles, and those of untrusted fragments to their hosts. */
        @Override
        public void filterMatches(BundleRequirement requirement, Collection<BundleCapability> candidates) {
            if (keptOut(requirement.getRevision())) {
                candidates.clear();
            }
            for (Iterator<BundleCapability> each = candidates.iterator(); each.hasNext(); ) {
                if (keptOut(each.next().getRevision())) {
                    each.remove();
                }
            }
        }

        @Override
        public void filterSingletonCollisions(BundleCapability singleton, Collection<BundleCapability> candidates) {
            // singletons are as they are
        }

        @Override
        public void end() {
            judged.clear();
        }

        /** What is resolved was judged before, or is taken back by {@link #sweep}. */
        private boolean keptOut(BundleRevision revision) {
            if (revision.getWiring() != null) {
                return false;
            }
            Boolean trusted = judged.get(revision);
            if (trusted == null) {
                trusted = trusts(revision);
                judged.put(revision, trusted);
            }
            return !trusted;
        }
    }

    /** Takes what {@link #run} has to end. */
    void kept(ServiceRegistration<?> by) {
        registration = Optional.of(by);
    }

    /** Trusts from now on what is trusted now, and nothing new: its bundle goes. */
    void seal(BundleRevision own) {
        sealed = Optional.of(trust.trustedBundles());
        ResolverHook rehearsal = begin(List.of(own));
        rehearsal.filterResolvable(new ArrayList<>(List.of(own)));
        trusts(own);
        rehearsal.end();
    }

    /** Ends it: another veto decides. */
    @Override
    public void run() {
        registration.ifPresent(ServiceRegistration::unregister);
    }

    /** Lets a bundle of these bytes resolve until {@link #endTrial}, before its version is kept. */
    void beginTrial(String sha256) {
        trials.add(sha256);
    }

    void endTrial(String sha256) {
        trials.remove(sha256);
    }

    /** Takes back what resolved while nobody looked; returns how many bundles that were. */
    int sweep(BundleContext context) {
        List<Bundle> untrusted = Arrays.stream(context.getBundles())
                .filter(bundle -> (bundle.getState() & (Bundle.INSTALLED | Bundle.UNINSTALLED)) == 0)
                .filter(bundle -> !trusts(bundle.adapt(BundleRevision.class)))
                .toList();
        for (Bundle bundle : untrusted) {
            try {
                bundle.stop(Bundle.STOP_TRANSIENT);
            } catch (BundleException e) {
                LOG.warn(
                        "{} did not stop: {}",
                        bundle.getSymbolicName(),
                        e.getClass().getSimpleName());
            }
        }
        if (!untrusted.isEmpty()) {
            context.getBundle(0).adapt(FrameworkWiring.class).refreshBundles(untrusted);
        }
        return untrusted.size();
    }

    private boolean trusts(BundleRevision revision) {
        Bundle bundle = revision == null ? null : revision.getBundle();
        if (bundle == null) {
            return false;
        }
        if (bundle.getBundleId() == 0) {
            return true;
        }
        for (String location : trustedLocations) {
            if (bundle.getLocation().startsWith(location)) {
                return true;
            }
        }
        Optional<String> digest = digests.of(revision);
        if (sealed.isPresent()) {
            return digest.isPresent() && sealed.get().contains(digest.get());
        }
        if (digest.isPresent()
                && (trust.trustsBundle(digest.get())
                        || trials.contains(digest.get())
                        || signedBeside(bundle, revision, digest.get()))) {
            return true;
        }
        refuse(bundle, digest.orElse("unknown"));
        return false;
    }

    /** A bundle installed from a local file may have its signature beside that file. */
    private boolean signedBeside(Bundle bundle, BundleRevision revision, String sha256) {
        if (!bundle.getLocation().startsWith("file:")) {
            return false;
        }
        try {
            Path file = Path.of(URI.create(bundle.getLocation()));
            Path beside = file.resolveSibling(file.getFileName() + Signature.ENDING);
            if (!Files.isRegularFile(beside)) {
                return false;
            }
            String sight = sha256 + Files.size(beside) + Files.getLastModifiedTime(beside);
            if (sight.equals(refusedFiles.get(bundle.getLocation()))) {
                return false;
            }
            Optional<Path> loaded = digests.file(revision);
            if (loaded.isPresent()) {
                byte[] content = Files.readAllBytes(loaded.get());
                if (Signature.sha256(content).equals(sha256)
                        && trust.check(file, content, Target.BUNDLE) instanceof Verdict.Trusted) {
                    return true;
                }
            }
            refusedFiles.put(bundle.getLocation(), sight);
            return false;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private void refuse(Bundle bundle, String sha256) {
        String name = String.valueOf(bundle.getSymbolicName());
        String shown = Signature.nameable(name) ? name : "a bundle";
        records.refused(
                "veto " + bundle.getBundleId(),
                sha256,
                shown + " (bundle " + bundle.getBundleId() + ") neither came with the distribution nor is it signed,"
                        + " and does not resolve. Uninstall it; sign its jar with ./pledge sign FILE and put both files"
                        + " into deploy/ (UNSIGNED)",
                Map.of(
                        "artifact", shown,
                        "bundle", String.valueOf(bundle.getBundleId()),
                        "target", Target.BUNDLE.name(),
                        "reason", Reason.UNSIGNED.name(),
                        "sha256", sha256));
    }
}
