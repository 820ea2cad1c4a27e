package org.pledge.folder;

import java.nio.file.Path;
import org.pledge.deploy.ArtifactTrust.Verdict;

/** What the files of a folder are for; asked by one thread at a time. What throws is tried again at the next look. */
public interface Use {
    /** Lets a whole and trusted file take effect. */
    Outcome apply(Path file, byte[] content);

    /** Hears that a file went. */
    void remove(Path file);

    /** What a file is called in notes and in the log. */
    default String shown(Path file) {
        return file.getFileName().toString();
    }

    /** What the note beside a file says that is not trusted. */
    default String untrusted(Path file, Verdict.Refused refused) {
        return shown(file) + ": " + refused.text() + " (" + refused.reason() + ")\n";
    }
}
