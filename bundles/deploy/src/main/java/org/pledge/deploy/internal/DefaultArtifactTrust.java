package org.pledge.deploy.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.internal.ActiveVersions.Active;

/** Trusts what the distribution came with, and what a trusted key signed and no newer version replaced. */
final class DefaultArtifactTrust implements ArtifactTrust {
    static final String DISTRIBUTION = "distribution";

    private final Shipped shipped;
    private final TrustedKeys keys;
    private final ActiveVersions versions;
    private final Records records;

    DefaultArtifactTrust(Shipped shipped, TrustedKeys keys, ActiveVersions versions, Records records) {
        this.shipped = shipped;
        this.keys = keys;
        this.versions = versions;
        this.records = records;
    }

    @Override
    public Verdict check(Path file, byte[] content, Target target) {
        Verdict verdict = judge(file, content, target);
        return verdict instanceof Verdict.Trusted trusted ? accept(file, content, target, trusted) : verdict;
    }

    @Override
    public List<Signed> active() {
        Map<String, Boolean> trusted = new HashMap<>();
        return versions.all().entrySet().stream()
                .map(each -> {
                    String[] named = each.getKey().split(" ", 2);
                    Active one = each.getValue();
                    return new Signed(
                            Target.valueOf(named[0]),
                            named[1],
                            one.version(),
                            one.key(),
                            trusted.computeIfAbsent(
                                    one.key(), key -> keys.find(key).isPresent()));
                })
                .toList();
    }

    /** As {@link #check}, without keeping the version: the artifact does not take effect yet. */
    Verdict judge(Path file, byte[] content, Target target) {
        String sha256 = Signature.sha256(content);
        byte[] signed = signatureOf(file);
        Verdict verdict = judge(nameOf(file, target), content, sha256, target, signed);
        return verdict instanceof Verdict.Refused refused
                ? refuse(file, sha256 + Signature.sha256(signed), target, refused)
                : verdict;
    }

    /** Keeps the version of an artifact that takes effect now. */
    synchronized Verdict accept(Path file, byte[] content, Target target, Verdict.Trusted trusted) {
        String name = nameOf(file, target);
        boolean first = false;
        if (!trusted.key().equals(DISTRIBUTION)) {
            Active now = new Active(trusted.version(), Signature.sha256(content), trusted.key());
            Optional<Active> before = versions.of(target, name);
            first = !before.equals(Optional.of(now));
            if (before.isPresent() && older(now, before.get())) {
                return refuse(file, now.sha256(), target, downgraded(name, now, before.get()));
            }
            if (first) {
                try {
                    versions.put(target, name, now);
                } catch (IOException e) {
                    return refuse(file, now.sha256(), target, noRecord());
                }
            }
        }
        records.accepted(
                target + " " + file,
                first,
                Map.of(
                        "artifact", name,
                        "target", target.name(),
                        "version", String.valueOf(trusted.version()),
                        "key", trusted.key(),
                        "sha256", Signature.sha256(content)));
        return trusted;
    }

    /**
     * Notes a refusal for the log and the audit record, each once.
     *
     * @param same equal for refusals of this file that are one
     */
    Verdict.Refused refuse(Path file, String same, Target target, Verdict.Refused refused) {
        String name = shown(nameOf(file, target));
        records.refused(
                target + " " + file,
                same + " " + refused.reason(),
                name + ": " + refused.text() + " (" + refused.reason() + ")",
                Map.of(
                        "artifact",
                        name,
                        "target",
                        target.name(),
                        "reason",
                        refused.reason().name()));
        return refused;
    }

    /** Whether a bundle of these bytes came with the distribution, or is the active version of a signed one. */
    boolean trustsBundle(String sha256) {
        return shipped.holdsBundle(sha256)
                || versions.bundle(sha256)
                        .filter(active -> keys.find(active.key()).isPresent())
                        .isPresent();
    }

    /** The digests of all bundles for which {@link #trustsBundle} holds now. */
    Set<String> trustedBundles() {
        Set<String> bundles = shipped.bundles();
        versions.all().values().stream()
                .map(Active::sha256)
                .filter(this::trustsBundle)
                .forEach(bundles::add);
        return Set.copyOf(bundles);
    }

    private Verdict judge(String name, byte[] content, String sha256, Target target, byte[] signed) {
        Optional<Active> active = versions.of(target, name);
        if (signed.length == 0) {
            if (!shipped.holds(name, target, sha256)) {
                return new Verdict.Refused(
                        Reason.UNSIGNED, "there is no signature beside it: ./pledge sign " + shown(name));
            }
            return active.isEmpty()
                    ? new Verdict.Trusted(DISTRIBUTION, 0)
                    : new Verdict.Refused(
                            Reason.DOWNGRADED,
                            "version " + active.get().version()
                                    + ", which was signed, replaced the one of the distribution. To go back:"
                                    + " ./pledge sign " + shown(name));
        }
        Optional<Signature> read = Signature.read(signed);
        if (read.isEmpty()) {
            return new Verdict.Refused(Reason.MALFORMED, "its signature cannot be read: ./pledge sign " + shown(name));
        }
        Signature signature = read.get();
        Optional<PublicKey> key = keys.find(signature.key());
        if (key.isEmpty()) {
            return new Verdict.Refused(
                    Reason.UNTRUSTED_KEY,
                    "no valid key " + signature.key() + " is in etc/keys/deploy. Sign it with a trusted key, or trust"
                            + " this one if you know whose it is");
        }
        if (target == Target.BUNDLE && !signature.sha256().equals(sha256) && !BundleJar.whole(content)) {
            return new Verdict.Refused(Reason.INCOMPLETE, "it is no whole jar; copy it again");
        }
        if (!signature.name().equals(name)
                || signature.target() != target
                || !signature.sha256().equals(sha256)
                || !signature.isBy(key.get())) {
            return new Verdict.Refused(
                    Reason.ALTERED,
                    "its content, name or target is not what was signed. If it is as it should be: ./pledge sign "
                            + shown(name));
        }
        if (!versions.readable()) {
            return noRecord();
        }
        Active now = new Active(signature.version(), sha256, signature.key());
        if (active.isPresent() && older(now, active.get())) {
            return downgraded(name, now, active.get());
        }
        if (target == Target.BUNDLE) {
            try {
                BundleJar.read(content);
            } catch (BundleJar.Unfit e) {
                return new Verdict.Refused(e.reason(), e.getMessage());
            }
        }
        return new Verdict.Trusted(signature.key(), signature.version());
    }

    /** A lower version, or another content under a version that is taken. */
    private static boolean older(Active now, Active before) {
        return now.version() < before.version()
                || now.version() == before.version() && !now.sha256().equals(before.sha256());
    }

    private static Verdict.Refused downgraded(String name, Active now, Active before) {
        return new Verdict.Refused(
                Reason.DOWNGRADED,
                "it is version " + now.version() + ", and another content was active with version " + before.version()
                        + ". To use this one: ./pledge sign " + shown(name));
    }

    private static Verdict.Refused noRecord() {
        return new Verdict.Refused(
                Reason.NO_RECORD,
                "data/trust/versions cannot be read or written, so an older version could not be told from a newer one."
                        + " Restore it from a backup or free space on the disk; to begin anew, delete the folder"
                        + " data/trust while the platform is stopped");
    }

    /** The bytes of the signature beside a file; none when there is none. */
    private static byte[] signatureOf(Path file) {
        Path beside = file.resolveSibling(file.getFileName() + Signature.ENDING);
        if (!Files.isRegularFile(beside)) {
            return new byte[0];
        }
        try (InputStream in = Files.newInputStream(beside)) {
            byte[] bytes = in.readNBytes(Signature.MOST_BYTES + 1);
            return bytes.length == 0 ? new byte[1] : bytes;
        } catch (IOException e) {
            return new byte[1];
        }
    }

    /** What a signature has to name: two tenants may have templates of the same file name. */
    static String nameOf(Path file, Target target) {
        Path tenant = file.getParent();
        return target == Target.TEMPLATE && tenant != null
                ? tenant.getFileName() + "/" + file.getFileName()
                : String.valueOf(file.getFileName());
    }

    /** A name that is safe to show and keep. */
    private static String shown(String name) {
        return Signature.nameable(name) ? name : "FILE";
    }
}
