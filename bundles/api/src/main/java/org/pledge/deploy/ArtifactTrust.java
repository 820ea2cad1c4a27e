package org.pledge.deploy;

import java.nio.file.Path;
import java.util.List;

/** Tells artifacts that a trusted key signed from all others. Thread-safe. */
public interface ArtifactTrust {
    /** What an artifact is for; a signature for one target is none for another. */
    enum Target {
        /** An OSGi bundle. */
        BUNDLE,
        /** A file of Camel routes. */
        ROUTE,
        /** A partner file. */
        PARTNER,
        /** A policy pack. */
        POLICY,
        /** A message template; its name in the signature is {@code <tenant>/<file>}. */
        TEMPLATE
    }

    /** Why an artifact is refused. */
    enum Reason {
        /** There is no signature beside it. */
        UNSIGNED,
        /** The signature cannot be read. */
        MALFORMED,
        /** It was signed by a key that is not trusted. */
        UNTRUSTED_KEY,
        /** Its content, name or target is not what was signed. */
        ALTERED,
        /** An artifact of the same name and a higher version was already active. */
        DOWNGRADED,
        /** It is no whole jar: half copied, or something else. */
        INCOMPLETE,
        /** It is a jar with an entry whose name leads out of it, or is there twice. */
        UNSAFE_ENTRY,
        /** It is a bundle with the symbolic name of another one, and no newer than that. */
        NAME_TAKEN,
        /** It is of a kind that nobody takes where it lies, such as a feature or a settings file. */
        UNKNOWN_KIND,
        /** Which versions were active cannot be read or written, so a downgrade could not be noticed. */
        NO_RECORD
    }

    /** The answer. */
    sealed interface Verdict {
        /**
         * It may take effect.
         *
         * @param key the key's identifier; {@code distribution} for a file that came with the platform unchanged
         * @param version what the signer counts up; 0 for a file that came with the platform unchanged
         */
        record Trusted(String key, long version) implements Verdict {}

        /**
         * It may not; the refusal is recorded.
         *
         * @param text why, and what to do next
         */
        record Refused(Reason reason, String text) implements Verdict {}
    }

    /**
     * Checks an artifact. Once it was trusted, an older version of it no longer is; the same one still is.
     *
     * <p>A refusal goes to the audit record if the artifact is not trusted within two seconds: a signature may arrive
     * after its file.
     *
     * @param file where it lies; its signature lies beside it, named like it with {@code .sig} at the end
     * @param content the bytes that would take effect, read once by the caller
     */
    Verdict check(Path file, byte[] content, Target target);

    /**
     * The newest artifact that took effect under one name, wherever it is now.
     *
     * @param name of its file; of a template {@code <tenant>/<file>}
     * @param version what the signer counts up
     * @param key the identifier of the key that signed it
     * @param trusted whether that key is trusted now; otherwise it is refused at its next change or the next start
     */
    record Signed(Target target, String name, long version, String key, boolean trusted) {}

    /** Everything signed that took effect, by target and name. What came with the distribution is not in it. */
    default List<Signed> active() {
        return List.of();
    }
}
