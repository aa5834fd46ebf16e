using Varai.Tests.TestResources;

namespace Varai.Tests.Promotion;

/// <summary>Kills a process that promotes and rolls back, again and again; the next one finds the target before or after, and goes on.</summary>
public sealed class PromotionCrashTests
{
    private const int KillsEach = 151;

    [Fact]
    public async Task Promote_Killed300Times_TearsNothingAndIsAlwaysFinishedOrUndone()
    {
        int seed = Random.Shared.Next();
        try
        {
            using var json = new TemporaryFolder();
            using var yaml = new TemporaryFolder();
            await Task.WhenAll(
                PromotionKills.RunAsync(json, new Random(seed), KillsEach, PromotionKills.Json, "promote", json.Root),
                PromotionKills.RunAsync(yaml, new Random(seed + 1), KillsEach, PromotionKills.Yaml, "promote", yaml.Root));
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"With seed {seed}: {exception.Message}", exception);
        }
    }
}
