package org.pledge.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.pledge.TenantId;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;

/** Bundles that are not signed, in the running platform: none resolves, whatever installed it. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class DeployTest extends PlatformTest {
    private static final TenantId PLATFORM = new TenantId("platform");

    @Test
    public void aBundleThatIsNotSignedDoesNotResolve() throws IOException, BundleException {
        AuditLog audit = service(AuditLog.class);
        Bundle bundle = context.installBundle(
                "mvn:org.example/unsigned/1", new ByteArrayInputStream(jar("org.example.unsigned")));
        assertThrows(BundleException.class, bundle::start);
        assertEquals(Bundle.INSTALLED, bundle.getState());
        await("the refusal is on the record", () -> recorded(audit, Leaf.Act.ARTIFACT_REFUSED, "org.example.unsigned"));
        bundle.uninstall();
    }

    @Test
    public void aSignedJarRunsWhileItIsThereAndAnUnsignedOneDoesNot() throws IOException {
        AuditLog audit = service(AuditLog.class);
        Path deploy = Files.createDirectories(Path.of(System.getProperty("karaf.base"), "deploy"));
        Path unsigned = Files.write(deploy.resolve("unsigned.jar"), jar("org.example.folder"));
        Path signed = deploy.resolve("signed.jar");
        byte[] jar = jar("org.example.signed");
        Signing.sign(signed, "bundle", jar);
        Files.write(signed, jar);
        await("the signed bundle is active", () -> state("org.example.signed") == Bundle.ACTIVE);
        await("the unsigned jar has its note", () -> Files.exists(deploy.resolve("unsigned.jar.refused")));
        await("the refusal is on the record", () -> recorded(audit, Leaf.Act.ARTIFACT_REFUSED, "unsigned.jar"));
        assertEquals(0, state("org.example.folder"));
        Files.delete(signed);
        Files.delete(unsigned);
        Files.delete(deploy.resolve("signed.jar.sig"));
        await("the bundle goes with its jar", () -> state("org.example.signed") == 0);
    }

    private int state(String symbolicName) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .mapToInt(Bundle::getState)
                .findFirst()
                .orElse(0);
    }

    private static boolean recorded(AuditLog audit, Leaf.Act act, String artifact) {
        return audit.tail(PLATFORM, 100).stream()
                .anyMatch(entry -> entry.leaf().act() == act
                        && artifact.equals(entry.leaf().details().get("artifact")));
    }

    private static byte[] jar(String symbolicName) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", symbolicName);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new JarOutputStream(bytes, manifest).close();
        return bytes.toByteArray();
    }
}
