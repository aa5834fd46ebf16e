using Microsoft.Extensions.Options;
using Varai.State;

namespace Varai.Tests.State;

public sealed class StateOptionsValidatorTests
{
    [Fact]
    public void Validate_of_the_defaults_succeeds() => Assert.True(Validate(new StateOptions()).Succeeded);

    [Fact]
    public void Validate_names_key_value_and_rule_of_every_error()
    {
        var options = new StateOptions
        {
            Directory = " ",
            BusyTimeout = TimeSpan.FromMinutes(-1),
            PollInterval = TimeSpan.Zero,
            ChangeRetention = 0,
            MaxDocumentBytes = 536_870_913,
        };
        Assert.Equal(
            [
                "Varai:State:Directory is ' ', but must name a folder.",
                "Varai:State:BusyTimeout is '-00:01:00', but must be from 00:00:00 to 00:10:00.",
                "Varai:State:PollInterval is '00:00:00', but must be from 00:00:00.0100000 to 01:00:00.",
                "Varai:State:ChangeRetention is '0', but must be from 1 to 2147483647.",
                "Varai:State:MaxDocumentBytes is '536870913', but must be from 1 to 536870912.",
            ],
            Validate(options).Failures);
    }

    [Fact]
    public void Validate_takes_the_limits_themselves() => Assert.True(Validate(new StateOptions
    {
        BusyTimeout = TimeSpan.Zero,
        PollInterval = TimeSpan.FromMilliseconds(10),
        ChangeRetention = 1,
        MaxDocumentBytes = 1,
    }).Succeeded);

    [Fact]
    public void Validate_refuses_a_folder_with_a_nul() =>
        Assert.Equal(["Varai:State:Directory is 'a?b', but must not have a NUL character."], Validate(new StateOptions { Directory = "a\0b" }).Failures);

    private static ValidateOptionsResult Validate(StateOptions options) => new StateOptionsValidator().Validate(null, options);
}
