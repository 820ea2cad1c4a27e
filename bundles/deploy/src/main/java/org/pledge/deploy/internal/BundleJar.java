package org.pledge.deploy.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.pledge.deploy.ArtifactTrust.Reason;

/** Which bundle a jar holds, once its entries are known to be whole and to stay inside it. */
record BundleJar(String symbolicName, Version version) {
    private static final int END_OF_DIRECTORY = 0x06054b50;
    private static final int DIRECTORY_ENTRY = 0x02014b50;
    private static final int END_BYTES = 22;
    private static final int ENTRY_BYTES = 46;
    private static final int MOST_ENTRIES = 50_000;
    private static final long MOST_BYTES = 500_000_000;

    /** A jar that may not be installed. */
    static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        private final Reason reason;

        Unfit(Reason reason, String text) {
            super(text);
            this.reason = reason;
        }

        Reason reason() {
            return reason;
        }
    }

    /**
     * Reads a jar from its beginning and by its directory at the end; both must name the same entries, because the
     * framework reads one of them and a checker the other.
     */
    static BundleJar read(byte[] jar) throws Unfit {
        Set<String> listed = directory(jar);
        Set<String> found = new HashSet<>();
        Manifest manifest = null;
        long bytes = 0;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!found.add(entry.getName())) {
                    throw new Unfit(Reason.UNSAFE_ENTRY, "it has two entries of one name; build it again");
                }
                byte[] content = in.readNBytes((int) (MOST_BYTES - bytes + 1));
                bytes += content.length;
                if (bytes > MOST_BYTES || found.size() > MOST_ENTRIES) {
                    throw new Unfit(Reason.UNSAFE_ENTRY, "it unpacks to more than 500 MB or 50000 entries");
                }
                if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    manifest = new Manifest(new ByteArrayInputStream(content));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new Unfit(Reason.INCOMPLETE, "it is no whole jar; copy it again");
        }
        if (!found.equals(listed)) {
            throw new Unfit(Reason.UNSAFE_ENTRY, "its directory and its content differ; build it again");
        }
        return bundle(manifest);
    }

    /** Whether there is a whole directory at the end; nothing is unpacked for that. */
    static boolean whole(byte[] jar) {
        try {
            directory(jar);
            return true;
        } catch (Unfit e) {
            return e.reason() != Reason.INCOMPLETE;
        }
    }

    private static BundleJar bundle(Manifest manifest) throws Unfit {
        Attributes main = manifest == null ? new Attributes() : manifest.getMainAttributes();
        String name = main.getValue(Constants.BUNDLE_SYMBOLICNAME);
        if (name == null) {
            throw new Unfit(Reason.INCOMPLETE, "it is no bundle: its manifest has no Bundle-SymbolicName");
        }
        try {
            return new BundleJar(
                    name.split(";", 2)[0].trim(), Version.parseVersion(main.getValue(Constants.BUNDLE_VERSION)));
        } catch (IllegalArgumentException e) {
            throw new Unfit(Reason.INCOMPLETE, "it is no bundle: its Bundle-Version is none");
        }
    }

    private static Set<String> directory(byte[] jar) throws Unfit {
        ByteBuffer bytes = ByteBuffer.wrap(jar).order(ByteOrder.LITTLE_ENDIAN);
        int end = jar.length - END_BYTES;
        while (end >= 0
                && (bytes.getInt(end) != END_OF_DIRECTORY
                        || end + END_BYTES + Short.toUnsignedInt(bytes.getShort(end + 20)) != jar.length)) {
            end--;
        }
        if (end < 0) {
            throw new Unfit(Reason.INCOMPLETE, "it is no whole jar; copy it again");
        }
        int count = Short.toUnsignedInt(bytes.getShort(end + 10));
        int at = bytes.getInt(end + 16);
        Set<String> names = new HashSet<>();
        Set<String> folded = new HashSet<>();
        for (int i = 0; i < count; i++) {
            if (at < 0 || at + ENTRY_BYTES > end || bytes.getInt(at) != DIRECTORY_ENTRY) {
                throw new Unfit(Reason.INCOMPLETE, "it is no whole jar; copy it again");
            }
            int length = Short.toUnsignedInt(bytes.getShort(at + 28));
            if (at + ENTRY_BYTES + length > end) {
                throw new Unfit(Reason.INCOMPLETE, "it is no whole jar; copy it again");
            }
            String name = new String(jar, at + ENTRY_BYTES, length, StandardCharsets.UTF_8);
            if (leadsOut(name)) {
                throw new Unfit(Reason.UNSAFE_ENTRY, "it has an entry whose name leads out of it; build it again");
            }
            if (!names.add(name) || !folded.add(name.toLowerCase(Locale.ROOT)) && isManifest(name)) {
                throw new Unfit(Reason.UNSAFE_ENTRY, "it has two entries of one name; build it again");
            }
            at += ENTRY_BYTES
                    + length
                    + Short.toUnsignedInt(bytes.getShort(at + 30))
                    + Short.toUnsignedInt(bytes.getShort(at + 32));
        }
        if (at != end) {
            throw new Unfit(Reason.UNSAFE_ENTRY, "there is something behind its directory; build it again");
        }
        return names;
    }

    /** Two manifests that differ by letter case would be two answers to who this bundle is. */
    private static boolean isManifest(String name) {
        return name.equalsIgnoreCase(JarFile.MANIFEST_NAME);
    }

    private static boolean leadsOut(String name) {
        return name.isEmpty()
                || name.startsWith("/")
                || name.indexOf('\\') >= 0
                || name.indexOf('\0') >= 0
                || name.matches("[A-Za-z]:.*")
                || ("/" + name + "/").contains("/../")
                || ("/" + name + "/").contains("/./")
                || name.contains("//");
    }
}
