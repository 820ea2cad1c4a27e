package org.pledge.deploy.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.hooks.resolver.ResolverHookFactory;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;
import org.pledge.deploy.ArtifactTrust;

/** The bundle itself in a real framework, stopped, updated, refreshed and uninstalled. */
@Timeout(60)
class VetoKeeperTest {
    private static final byte[] OURS = Bench.jar("org.pledge.a", "1.0.0");
    private static final byte[] OURS_NEXT = Bench.jar("org.pledge.a", "1.0.1");
    private static final byte[] STRANGE = Bench.jar("org.example.b", "1.0.0");

    @TempDir
    Path root;

    private Bench bench;
    private byte[] own;
    private Framework framework;
    private Bundle deploy;
    private Bundle ours;
    private int installed;

    @BeforeEach
    void start() throws BundleException, IOException, URISyntaxException {
        bench = new Bench(root);
        bench.key("ops");
        own = jar();
        Files.write(root.resolve("system/a.jar"), OURS);
        Files.write(root.resolve("system/a2.jar"), OURS_NEXT);
        Files.write(root.resolve("system/deploy.jar"), own);
        bench.ship();
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        "org.osgi.framework.storage", root.resolve("cache").toString(),
                        "org.osgi.framework.system.packages.extra",
                                "org.slf4j,org.pledge,org.pledge.audit,org.pledge.deploy,org.pledge.store",
                        "felix.log.level", "0",
                        "karaf.home", root.toString(),
                        "karaf.base", root.toString(),
                        "karaf.etc", root.resolve("etc").toString(),
                        "karaf.data", root.resolve("data").toString()));
        framework.start();
        deploy = install("mvn:org.pledge/pledge-deploy/1", own);
        deploy.start();
        ours = install("mvn:org.pledge/a/1.0.0", OURS);
        ours.start();
    }

    @AfterEach
    void stop() throws BundleException, InterruptedException {
        framework.stop();
        assertThat(framework.waitForStop(10_000).getType()).isEqualTo(FrameworkEvent.STOPPED);
    }

    /** The classes under test as a bundle. */
    private static byte[] jar() throws IOException, URISyntaxException {
        Manifest manifest = new Manifest();
        Map.of(
                        "Manifest-Version", "1.0",
                        "Bundle-ManifestVersion", "2",
                        "Bundle-SymbolicName", "org.pledge.deploy",
                        "Bundle-Version", "1",
                        "Bundle-Activator", DeployActivator.class.getName(),
                        "Import-Package",
                                "org.osgi.framework,org.osgi.framework.hooks.resolver,org.osgi.framework.wiring,"
                                        + "org.osgi.util.tracker,org.slf4j,org.pledge,org.pledge.audit,"
                                        + "org.pledge.deploy,org.pledge.store")
                .forEach(manifest.getMainAttributes()::putValue);
        Path classes = Path.of(DeployActivator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                jar.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                jar.write(Files.readAllBytes(file));
            }
        }
        return bytes.toByteArray();
    }

    private BundleContext context() {
        return framework.getBundleContext();
    }

    private Bundle install(String location, byte[] jar) throws BundleException {
        return context().installBundle(location, new ByteArrayInputStream(jar));
    }

    private void assertNothingNewComesIn() throws BundleException {
        Bundle strange = install("file:/strange-" + installed++, STRANGE);
        assertThatThrownBy(strange::start).isInstanceOf(BundleException.class).hasMessageContaining("Resolver hook");
        Bundle fragment = install(
                "file:/fragment-" + installed++,
                Bench.jar("org.example.f" + installed, "1.0.0", Map.of("Fragment-Host", "org.pledge.a")));
        assertThat(framework.adapt(FrameworkWiring.class).resolveBundles(List.of(fragment)))
                .isFalse();
        strange.uninstall();
        fragment.uninstall();
    }

    private void assertRuns(Bundle bundle, Bundle... more) throws BundleException, InterruptedException {
        bundle.stop();
        bundle.start();
        List<Bundle> refreshed = new ArrayList<>(List.of(more));
        refreshed.add(bundle);
        refresh(refreshed);
        assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
    }

    private void refresh(List<Bundle> bundles) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        FrameworkListener listener = event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        };
        framework.adapt(FrameworkWiring.class).refreshBundles(bundles, listener);
        done.await();
    }

    private long vetoes() throws InvalidSyntaxException {
        return context().getServiceReferences(ResolverHookFactory.class, null).size();
    }

    private Bundle signed(String name) throws IOException, BundleException {
        byte[] jar = Bench.jar("org.example." + name, "1.0.0");
        Path file = Files.write(root.resolve(name + ".jar"), jar);
        bench.sign(file, "ops");
        return install(file.toUri().toString(), jar);
    }

    @Test
    void whileItIsStoppedNothingNewComesInAndWhatWasAcceptedGoesOn() throws Exception {
        Bundle signed = signed("s");
        signed.start();
        Bundle late = signed("late");
        deploy.stop();

        assertNothingNewComesIn();
        assertThatThrownBy(late::start).as("nobody judges signatures now").isInstanceOf(BundleException.class);
        assertRuns(ours);
        assertRuns(signed);
        ours.update(new ByteArrayInputStream(OURS_NEXT));
        ours.start();
        assertThat(ours.getVersion()).hasToString("1.0.1");
        assertThatThrownBy(() -> ours.update(new ByteArrayInputStream(Bench.jar("org.pledge.a", "6"))))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("Resolver hook");
        assertThat(ours.getState()).isEqualTo(Bundle.INSTALLED);

        deploy.start();
        late.start();
        assertNothingNewComesIn();
        assertThat(vetoes()).isEqualTo(1);
    }

    @Test
    void anUpdateOfItTakesOver() throws Exception {
        for (int i = 0; i < 2; i++) {
            deploy.update(new ByteArrayInputStream(own));
            assertRuns(ours, deploy);
            await().until(() -> deploy.getState() == Bundle.ACTIVE);
            assertThat(vetoes()).isEqualTo(1);
            assertNothingNewComesIn();
            assertThat(context().getServiceReference(ArtifactTrust.class)).isNotNull();
            signed("after" + i).start();
        }
    }

    @Test
    void itStaysWhenItsBundleIsUninstalledAndANewOneTakesOver() throws Exception {
        Bundle signed = signed("s");
        signed.start();
        deploy.uninstall();
        refresh(List.of(deploy));

        assertNothingNewComesIn();
        assertRuns(ours);
        assertRuns(signed);
        Bundle other = install("file:/own", Bench.jar("org.pledge.deploy", "2.0.0"));
        assertThatThrownBy(other::start).isInstanceOf(BundleException.class);

        deploy = install("mvn:org.pledge/pledge-deploy/2", own);
        deploy.start();
        assertThat(vetoes()).isEqualTo(1);
        signed("after").start();
        assertNothingNewComesIn();
    }
}
