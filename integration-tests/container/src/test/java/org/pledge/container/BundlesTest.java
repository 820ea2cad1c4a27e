package org.pledge.container;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerSuite;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.pledge.Caller;
import org.pledge.Role;
import org.pledge.TenantId;
import org.pledge.access.CredentialService;
import org.pledge.policy.PolicyService;
import org.pledge.sharing.SharingService;

/** Each of our bundles may stop and start alone: the platform denies meanwhile, and heals by itself. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerSuite.class)
public class BundlesTest extends PlatformTest {
    private static final TenantId KORAX = new TenantId("korax");
    private static final String QUESTION =
            """
            {"subject": "0f8fad5b-d9cb-469f-a165-70867728950e", "partner": "parcelway", "purpose": "delivery",
             "fields": ["email"]}""";

    @Test
    public void everyBundleIsActive() {
        service(SharingService.class);
        for (Bundle bundle : context.getBundles()) {
            boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
            int expected = fragment ? Bundle.RESOLVED : Bundle.ACTIVE | Bundle.STARTING;
            assertTrue(bundle + " is in state " + bundle.getState(), (bundle.getState() & expected) != 0);
        }
    }

    @Test
    public void theFivePacksAreInForce() {
        assertEquals(5, service(PolicyService.class).policies().size());
    }

    @Test
    public void unwantedFeaturesAreAbsent() throws Exception {
        FeaturesService features = service(FeaturesService.class);
        List<String> installed = Arrays.stream(features.listInstalledFeatures())
                .map(Feature::getName)
                .toList();
        for (String unwanted :
                List.of("management", "instance", "config", "kar", "deployer", "diagnostic", "wrap", "webconsole")) {
            assertTrue(unwanted + " is installed", !installed.contains(unwanted));
        }
    }

    @Test
    public void eachBundleStopsAndStartsAloneAndThePlatformDeniesMeanwhile()
            throws BundleException, IOException, InterruptedException {
        String token = service(CredentialService.class)
                .issue(
                        new Caller(KORAX, "test", Set.of(Role.ADMIN)),
                        "bundles-test",
                        Set.of(Role.OPERATOR),
                        Optional.empty())
                .token();
        awaitShare(token, 403);
        List<Bundle> ours = new ArrayList<>(Arrays.asList(context.getBundles()));
        ours.removeIf(b -> b.getSymbolicName() == null
                || !b.getSymbolicName().startsWith("org.pledge.")
                || b.getSymbolicName().equals("org.pledge.api"));
        for (Bundle bundle : ours) {
            bundle.stop(Bundle.STOP_TRANSIENT);
            int status = share(token);
            assertTrue(bundle + " is stopped and a share is answered with " + status, status != 202 && status != 200);
            bundle.start(Bundle.START_TRANSIENT);
            awaitShare(token, 403);
        }
    }

    private static void awaitShare(String token, int expected) {
        await("a share is answered with " + expected, () -> {
            try {
                return share(token) == expected;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        });
    }

    private static int share(String token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + HTTP + "/api/v1/disclosures"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(QUESTION))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
