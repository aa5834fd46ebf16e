using Varai.Configuration;

namespace Varai.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void GetOrigin_counts_columns_in_utf16_units()
    {
        var file = new ConfigurationFile("a.json", "x\né😀y"u8.ToArray());
        Assert.Equal(new ConfigurationOrigin("a.json", 2, 4), file.GetOrigin(2 + 2 + 4));
    }
}
