using Microsoft.Extensions.Options;
using Varai.Monitoring.Notifications.Routing;

namespace Varai.Monitoring.Notifications;

/// <summary>Refuses options that mean nothing, naming key, value and rule. Names of channels are checked when the host starts, since only then
/// there are channels.</summary>
internal sealed class AlertNotificationOptionsValidator : IValidateOptions<AlertNotificationOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertNotificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        PlanCompiler.Compile(options, channels: null, out PlanErrors errors);
        return errors.Messages.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors.Messages);
    }
}
