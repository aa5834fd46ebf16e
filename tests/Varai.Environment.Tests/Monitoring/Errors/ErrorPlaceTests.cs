using Varai.Monitoring.Errors;

namespace Varai.Tests.Monitoring.Errors;

public sealed class ErrorPlaceTests
{
    private const string Here = "Varai.Tests.Monitoring.Errors.ErrorPlaceTests";

    private static readonly ErrorPlace Place = new(["Varai.Environment.Tests"], "Shop");

    [Theory]
    [InlineData("Shop.Orders", "Place", "Shop.Orders.Place")]
    [InlineData("Shop.Orders", ".ctor", "Shop.Orders..ctor")]
    [InlineData("Shop.Orders+Inner", "Place", "Shop.Orders.Inner.Place")]
    [InlineData("Shop.Orders+<PlaceAsync>d__4", "MoveNext", "Shop.Orders.PlaceAsync")]
    [InlineData("Shop.Orders+<PlaceAsync>d__4`1", "MoveNext", "Shop.Orders.PlaceAsync")]
    [InlineData("Shop.Orders+<>c", "<PlaceAsync>b__4_0", "Shop.Orders.PlaceAsync")]
    [InlineData("Shop.Orders+<>c__DisplayClass4_0", "<PlaceAsync>b__1", "Shop.Orders.PlaceAsync")]
    [InlineData("Shop.Orders+<>c+<<PlaceAsync>b__4_0>d", "MoveNext", "Shop.Orders.MoveNext")]
    [InlineData("Shop.Orders", "<PlaceAsync>g__Local|4_0", "Shop.Orders.PlaceAsync")]
    [InlineData("Shop.Orders+<<PlaceAsync>g__Local|4_0>d", "MoveNext", "Shop.Orders.PlaceAsync")]
    [InlineData("Program", "<Main>$", "Program.Main")]
    [InlineData(null, "Place", "Place")]
    [InlineData("", "<>odd", "<>odd")]
    public void Describe_NamesOfTheCompiler_AreThoseThatWereWritten(string? type, string method, string expected) =>
        Assert.Equal(expected, ErrorPlace.Describe(type, method));

    [Fact]
    public async Task Find_ThroughAsynchronousMethodsOfThePlatform_IsTheApplicationsMethod()
    {
        Exception error = await Assert.ThrowsAnyAsync<Exception>(ReadAsync);

        Assert.Equal($"{Here}.ReadAsync", Place.Find(error));
    }

    [Fact]
    public void Find_InALambdaCalledByThePlatform_IsTheMethodAroundIt()
    {
        Exception error = Record.Exception(() => ((int[])[1]).Select(i => 1 / (i - 1)).ToList())!;

        Assert.Equal($"{Here}.{nameof(Find_InALambdaCalledByThePlatform_IsTheMethodAroundIt)}", Place.Find(error));
    }

    [Fact]
    public void Find_NothingOfTheApplication_IsTheFirstThatIsNotThePlatforms()
    {
        Exception error = Record.Exception(() => int.Parse("x", null))!;

        // Neither the application's assembly nor the platform's.
        Assert.Equal($"{Here}.{nameof(Find_NothingOfTheApplication_IsTheFirstThatIsNotThePlatforms)}", new ErrorPlace(["Shop"], "Shop").Find(error));
    }

    [Fact]
    public void Find_TheProgramsOwnName_TellsTheApplication()
    {
        Exception error = Record.Exception(() => Assert.Equal(1, 2))!;

        Assert.StartsWith("Xunit.Assert", new ErrorPlace([], "xunit.v3").Find(error), StringComparison.Ordinal);
        Assert.StartsWith(Here, new ErrorPlace([], "Varai.Something").Find(error), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_NeverThrown_IsEmpty() => Assert.Equal("", Place.Find(new TimeoutException()));

    private static async Task ReadAsync()
    {
        await Task.Yield();
        await File.ReadAllTextAsync("/no/such/file", TestContext.Current.CancellationToken);
    }
}
