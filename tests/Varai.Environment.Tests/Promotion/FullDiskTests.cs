using Varai.Promotion;
using Varai.State;
using Varai.Tests.Configuration.Writing;
using Varai.Tests.State;

namespace Varai.Tests.Promotion;

/// <summary>A promotion whose state store has no room left, on a real file system.</summary>
public sealed class FullDiskTests : IAsyncDisposable
{
    private readonly PromotionHarness _harness = new PromotionHarness().Environments(
        $$"""{ "a": { "x": 1, "large": "{{new string('x', 400_000)}}" } }""", """{ "a": { "x": 0 } }""", "{}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Promote_OnAFullDisk_ChangesNothingAndGoesWithRoom()
    {
        using var folder = new StateFolder();
        Directory.CreateDirectory(folder.Path);
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && ReadOnlyFolder.Run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder.Path),
            "needs the right to mount a small file system; run as root");
        try
        {
            using (SqliteStateStore store = folder.Open())
            {
                await _harness.StartAsync(state: store);
                string before = _harness.Read("staging.json");
                string ballast = System.IO.Path.Combine(folder.Path, "ballast");
                Fill(ballast);

                StateException full = await Assert.ThrowsAsync<StateException>(() => _harness.PromoteAsync("development", "staging"));

                Assert.Contains("has no room left. Nothing was changed", full.Message, StringComparison.Ordinal);
                Assert.Equal(before, _harness.Read("staging.json"));
                Assert.Empty(await _harness.HistoryAsync("staging"));
                File.Delete(ballast);
                Assert.Equal(PromotionState.Succeeded, (await _harness.PromoteAsync("development", "staging")).State);
                Assert.Equal("1", await _harness.ValueAsync("staging", "a:x"));
                await _harness.StopAsync();
            }
        }
        finally
        {
            Assert.True(ReadOnlyFolder.Run("umount", folder.Path));
        }
    }

    // The room is looked for when it is planned: nothing is begun.
    [Fact]
    public async Task Promote_WithoutRoomForTheTargetsFile_IsRefusedBeforeItBegins()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && ReadOnlyFolder.Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", _harness.Folder),
            "needs the right to mount a small file system; run as root");
        try
        {
            _harness.Environments(
                $$"""{ "a": { "x": 1, "large": "{{new string('x', 400_000)}}" } }""", """{ "a": { "x": 0 } }""", "{}");
            await _harness.StartAsync();
            string before = _harness.Read("staging.json");
            string ballast = Path.Combine(_harness.Folder, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[1_400_000], Token);

            PromotionRefusedException refused = await Assert.ThrowsAsync<PromotionRefusedException>(() => _harness.PromoteAsync("development", "staging"));

            Assert.Contains("The disk has no room for the changed files", refused.Message, StringComparison.Ordinal);
            Assert.Equal(before, _harness.Read("staging.json"));
            Assert.Empty(await _harness.HistoryAsync("staging"));
            File.Delete(ballast);
            Assert.Equal(PromotionState.Succeeded, (await _harness.PromoteAsync("development", "staging")).State);
            await _harness.StopAsync();
        }
        finally
        {
            Assert.True(ReadOnlyFolder.Run("umount", _harness.Folder));
        }
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    private static void Fill(string path)
    {
        using FileStream file = File.Create(path);
        byte[] block = new byte[4096];
        try
        {
            while (file.Length < 8_000_000)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // It is full.
            return;
        }
    }
}
