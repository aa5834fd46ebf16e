using CsCheck;
using Varai.Data;

namespace Varai.Tests.Data;

/// <summary>Random trees: the target becomes the source, whatever it was before; without deletions, with what it had more.</summary>
public sealed class FilesPropertyTests
{
    private static readonly string[] Names = ["a", "b", "ü", "x y", "\"q\"", "日本", ".hidden", "-n", "a.b"];

    private static readonly Gen<(string Path, string Content)> Files =
        Gen.Select(Gen.Int[0, 8].Select(i => Names[i]).Array[1, 4], Gen.String[0, 40]).Select((p, c) => (string.Join('/', p), c));

    [Fact]
    public async Task Migrate_AnyTreeOntoAnyTree_MakesThemEqual() =>
        await Gen.Select(Files.Array[0, 15], Files.Array[0, 15], Files.Array[0, 5], Gen.Bool).SampleAsync(
            async (source, target, later, perFile) =>
            {
                using var world = new DataWorld();
                world.FilesOptions.Replacement = perFile ? DataFilesReplacement.PerFile : DataFilesReplacement.Swap;
                world.FilesOptions.MaximumDeletedShare = 1;
                Directory.CreateDirectory(world.Source);
                Write(world, "staging", source);
                if (target.Length > 0)
                    Write(world, "production", target);

                await world.MoveFilesAsync(delete: true);
                Assert.Equal(DataWorld.Tree(world.Source), DataWorld.Tree(world.Target));

                Write(world, "staging", later);
                await world.MoveFilesAsync(delete: true);
                Assert.Equal(DataWorld.Tree(world.Source, withTimes: false), DataWorld.Tree(world.Target, withTimes: false));
                Assert.False((await world.MoveFilesAsync(delete: true)).HasChanged);
                Assert.Empty(world.Leftovers());
            },
            iter: 120,
            threads: 1);

    [Fact]
    public async Task Migrate_WithoutDeletions_KeepsWhatTheTargetHasMore() =>
        await Gen.Select(Files.Array[1, 12], Files.Array[1, 12]).SampleAsync(
            async (source, target) =>
            {
                using var world = new DataWorld();
                Write(world, "staging", source);
                Write(world, "production", [.. target.Select(t => ($"own/{t.Path}", t.Content))]);
                List<string> before = DataWorld.Tree(world.Target);

                await world.MoveFilesAsync();

                List<string> after = DataWorld.Tree(world.Target);
                Assert.Superset(before.Concat(DataWorld.Tree(world.Source)).ToHashSet(), after.ToHashSet());
                Assert.Equal(before.Count + DataWorld.Tree(world.Source).Count, after.Count);
            },
            iter: 60,
            threads: 1);

    // What doesn't fit beside what is there is left out.
    private static void Write(DataWorld world, string environment, (string Path, string Content)[] files)
    {
        Directory.CreateDirectory(world.FilesOf(environment));
        foreach ((string path, string content) in files)
        {
            string full = Path.Combine(world.FilesOf(environment), path);
            string[] above = [.. Enumerable.Range(1, path.Split('/').Length - 1).Select(n => Path.Combine(world.FilesOf(environment), string.Join('/', path.Split('/').Take(n))))];
            if (!Directory.Exists(full) && !above.Any(File.Exists))
                world.Write(path, content, environment);
        }
    }
}
