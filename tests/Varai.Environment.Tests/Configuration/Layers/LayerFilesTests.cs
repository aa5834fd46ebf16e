using Varai.Configuration;
using Varai.Configuration.Layers;
using Varai.Tests.TestResources;

namespace Varai.Tests.Configuration.Layers;

/// <summary>Which files are read, and how what they say is put together.</summary>
public sealed class LayerFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly EnvironmentConfigurationOptions _options = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{ "a": [1, 2, 3] }""", """{ "a": [9] }""", """{"a":[9]}""")]
    [InlineData("""{ "a": [1, 2, 3] }""", """{ "a": [] }""", """{"a":[]}""")]
    [InlineData("""{ "a": { "b": 1, "c": 2 } }""", """{ "a": { "c": 3, "d": 4 } }""", """{"a":{"b":1,"c":3,"d":4}}""")]
    [InlineData("""{ "a": { "b": 1 } }""", """{ "a": {} }""", """{"a":{"b":1}}""")]
    [InlineData("""{ "a": { "b": 1 } }""", """{ "a": 5 }""", """{"a":5}""")]
    [InlineData("""{ "a": { "b": 1 } }""", """{ "a": null }""", """{"a":null}""")]
    [InlineData("""{ "a": 5 }""", """{ "a": { "b": 1 } }""", """{"a":{"b":1}}""")]
    [InlineData("""{ "a": [1] }""", """{ "a": { "b": 1 } }""", """{"a":{"b":1}}""")]
    [InlineData("""{ "a": { "b": 1 } }""", """{ "a": [1] }""", """{"a":[1]}""")]
    [InlineData("""{ "Api": { "Url": "x", "Port": 1 } }""", """{ "api": { "PORT": 2 } }""", """{"api":{"PORT":2,"Url":"x"}}""")]
    [InlineData("""{ "a": [{ "b": 1 }] }""", """{ "a": [{ "c": 2 }] }""", """{"a":[{"c":2}]}""")]
    [InlineData("""{ "$schema": "s.json", "a": { "$schema": 1 } }""", """{ "$schema": "t.json" }""", """{"a":{"$schema":1}}""")]
    public void Load_TwoLayers_MergesByKeyAndReplacesTheRest(string lower, string upper, string expected)
    {
        foreach ((string lowerEnding, string upperEnding) in new[] { (".json", ".json"), (".yaml", ".json"), (".json", ".yml"), (".jsonc", ".yaml") })
        {
            _folder.Write("base" + lowerEnding, lower);
            _folder.Write("production" + upperEnding, upper);

            Assert.Equal(expected, Documents(Load()));
            File.Delete(_folder.File("base" + lowerEnding));
            File.Delete(_folder.File("production" + upperEnding));
        }
    }

    [Fact]
    public void Load_ThreeLayersOfTwoFormats_TheLocalOneIsOnTop()
    {
        _folder.Write("base.json", """{ "a": { "x": 1, "y": 1, "z": 1 } }""");
        _folder.Write("production.yaml", "a:\n  y: 2\n  z: 2\n");
        _folder.Write("production.local.json", """{ "a": { "z": 3 } }""");

        LoadedConfiguration loaded = Load();

        Assert.Equal("""{"a":{"x":1,"y":2,"z":3}}""", Documents(loaded));
        Assert.Equal(
            ["conf/base.json:1:15", "conf/production.yaml:2:6", "conf/production.local.json:1:15"],
            new[] { "a:x", "a:y", "a:z" }.Select(k => loaded.Root.FindKey(k)!.Origin.ToString()));
        Assert.Equal([ConfigurationLayer.Base, ConfigurationLayer.Environment, ConfigurationLayer.Local], loaded.Layers.Select(l => l.Layer));
    }

    [Theory]
    [InlineData("ZONES")]
    [InlineData("zones")]
    public void Load_ArrayMergedByKey_ItemsMergeInTheirPlacesAndNewOnesFollow(string option)
    {
        _options.MergeArraysBy[$"shop:{option}"] = "name";
        _folder.Write("base.json", """{ "shop": { "zones": [{ "name": "a", "cost": 1, "tax": 7 }, { "name": "b", "cost": 2 }], "other": [1, 2] } }""");
        _folder.Write("production.json", """{ "shop": { "zones": [{ "name": "c", "cost": 3 }, { "name": "a", "cost": 9 }], "other": [3] } }""");

        Assert.Equal(
            """{"shop":{"other":[3],"zones":[{"cost":9,"name":"a","tax":7},{"cost":2,"name":"b"},{"cost":3,"name":"c"}]}}""",
            Documents(Load()));
    }

    [Fact]
    public void Load_ArrayMergedByKeyBelowAnItem_TheItemIsNamedByItsKey()
    {
        _options.MergeArraysBy["zones"] = "name";
        _options.MergeArraysBy["zones:a:rates"] = "id";
        _folder.Write("base.json", """{ "zones": [{ "name": "a", "rates": [{ "id": 1, "v": 1 }] }] }""");
        _folder.Write("production.json", """{ "zones": [{ "name": "a", "rates": [{ "id": 2, "v": 2 }] }] }""");

        Assert.Equal("""{"zones":[{"name":"a","rates":[{"id":1,"v":1},{"id":2,"v":2}]}]}""", Documents(Load()));
    }

    [Fact]
    public void Load_ItemsThatCannotBeTold_EachHasItsError()
    {
        _options.MergeArraysBy["zones"] = "name";
        _folder.Write("base.json", """{ "zones": [{ "name": "a" }] }""");
        _folder.Write("production.yaml", "zones:\n  - name: b\n  - cost: 1\n  - name: b\n  - 5\n");

        Assert.Equal(
            [
                "conf/production.yaml:3:5: zones:1: This array is merged by 'name', and this item has none.",
                "conf/production.yaml:4:5: zones:2: This array is merged by 'name', and two items of one file have the same.",
                "conf/production.yaml:5:5: zones:3: This array is merged by 'name', and this item has none.",
            ],
            Load().Errors.Select(e => e.ToString()));
    }

    [Fact]
    public void Load_NoFileForTheEnvironment_NamesTheOthersAndTheNearest()
    {
        _folder.Write("base.json", "{}");
        _folder.Write("produktion.json", "{}");
        _folder.Write("staging.yml", "{}");
        _folder.Write("staging.local.json", "{}");
        _folder.Write("notes.txt", "{}");

        Assert.Equal(
            "conf: The environment 'production' has no file here; there are files for produktion, staging. "
            + "Add one, or set Varai:Configuration:AllowMissingEnvironmentFile to run on base alone. Did you mean 'produktion'?",
            Assert.Single(Load().Errors).ToString());

        _options.AllowMissingEnvironmentFile = true;
        LoadedConfiguration allowed = Load();
        Assert.Empty(allowed.Errors);
        Assert.Equal([ConfigurationLayer.Base], allowed.Layers.Select(l => l.Layer));
    }

    [Fact]
    public void Load_OnlyBase_NeedsNoOtherFile()
    {
        _folder.Write("base.json", """{ "a": 1 }""");

        Assert.Equal("""{"a":1}""", Documents(Load()));
    }

    [Theory]
    [InlineData("base.json", "base.yaml")]
    [InlineData("production.jsonc", "production.yml")]
    [InlineData("production.local.yaml", "production.local.yml")]
    public void Load_TwoFilesForOneLayer_NamesBoth(string first, string second)
    {
        _folder.Write("production.json", "{}");
        if (first.StartsWith("production.j", StringComparison.Ordinal))
            File.Delete(_folder.File("production.json"));
        _folder.Write(first, "{}");
        _folder.Write(second, "{}");

        Assert.Equal(
            $"conf/{second}: Two files claim the same layer: {first} and {second}. Keep one.",
            Assert.Single(Load().Errors).ToString());
    }

    [Theory]
    [InlineData("Production.json")]
    [InlineData("BASE.yaml")]
    [InlineData("production.Local.json")]
    public void Load_NameInAnotherCase_IsNotPassedOverInSilence(string file)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only a file system that tells cases apart has the trap.");
        _folder.Write(file, "{}");
        if (file != "Production.json")
            _folder.Write("production.json", "{}");

        Assert.Equal(
            $"conf/{file}: The file is not read, because the names of environments' files are in lower case. Rename it to {file.ToLowerInvariant()}.",
            Assert.Single(Load().Errors).ToString());
    }

    [Fact]
    public void Load_ErrorsInEveryLayer_AreAllThere()
    {
        _folder.Write("base.json", """{ "a": }""");
        _folder.Write("production.yaml", "a: [1\nb: 2\n");
        _folder.Write("production.local.json", """{ "a": 1, "A": 2 }""");

        Assert.Equal(
            ["conf/base.json", "conf/production.yaml", "conf/production.local.json"],
            Load().Errors.Select(e => e.Origin.File));
    }

    [Fact]
    public void ListEnvironments_SomeFiles_GivesTheEnvironmentsAlone()
    {
        foreach (string file in new[] { "base.json", "staging.json", "staging.local.json", "production.yml", "schema.json", "readme.md", "Bad Name.json" })
            _folder.Write(file, "{}");
        Directory.CreateDirectory(_folder.File("schemas"));
        Directory.CreateDirectory(_folder.File("folder.json"));

        Assert.Equal(["production", "staging"], new EnvironmentFolder(_folder.Root, "conf").ListEnvironments());
    }

    private LoadedConfiguration Load() => new LayerLoader(new EnvironmentFolder(_folder.Root, "conf"), _options).Load("production");

    private static string Documents(LoadedConfiguration loaded)
    {
        Assert.Empty(loaded.Errors);
        return CanonicalJson.WriteText(loaded.Root);
    }
}
