package org.pledge.deploy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Version;
import org.pledge.deploy.ArtifactTrust.Reason;

class BundleJarTest {
    private static final String MANIFEST =
            "Manifest-Version: 1.0\r\nBundle-ManifestVersion: 2\r\nBundle-SymbolicName: org.example.a;singleton:=true\r\n"
                    + "Bundle-Version: 1.2.3\r\n\r\n";

    private static byte[] zip(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
            zip.write(MANIFEST.getBytes(StandardCharsets.UTF_8));
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(name.getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] replace(byte[] jar, String from, String to) {
        return new String(jar, StandardCharsets.ISO_8859_1).replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void assertUnfit(byte[] jar, Reason reason) {
        assertThatThrownBy(() -> BundleJar.read(jar))
                .isInstanceOfSatisfying(
                        BundleJar.Unfit.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void readsNameAndVersion() throws Exception {
        assertThat(BundleJar.read(zip("a/B.class"))).isEqualTo(new BundleJar("org.example.a", new Version(1, 2, 3)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../../x", "/x", "a\\..\\x", "C:/x", "a//x", "./x", "a/.."})
    void refusesAnEntryThatLeadsOut(String name) throws IOException {
        assertUnfit(zip(name), Reason.UNSAFE_ENTRY);
    }

    @Test
    void refusesTwoEntriesOfOneName() throws IOException {
        assertUnfit(replace(zip("aa", "ab"), "ab", "aa"), Reason.UNSAFE_ENTRY);
    }

    @Test
    void refusesASecondManifestInOtherLetters() throws IOException {
        assertUnfit(zip("meta-inf/manifest.mf"), Reason.UNSAFE_ENTRY);
    }

    @Test
    void refusesADirectoryThatNamesOtherEntriesThanTheContent() throws IOException {
        byte[] jar = zip("aa");
        String text = new String(jar, StandardCharsets.ISO_8859_1);
        int last = text.lastIndexOf("aa");
        jar[last] = 'b';
        assertUnfit(jar, Reason.UNSAFE_ENTRY);
    }

    @Test
    void refusesEveryCutOfAJar() throws IOException {
        byte[] jar = zip("a/B.class");
        for (int length = 0; length < jar.length; length++) {
            byte[] cut = Arrays.copyOf(jar, length);
            assertUnfit(cut, Reason.INCOMPLETE);
            assertThat(BundleJar.whole(cut)).isFalse();
        }
        assertThat(BundleJar.whole(jar)).isTrue();
    }

    @Test
    void refusesAJarThatIsNoBundle() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("a.txt"));
        }
        assertUnfit(bytes.toByteArray(), Reason.INCOMPLETE);
    }
}
