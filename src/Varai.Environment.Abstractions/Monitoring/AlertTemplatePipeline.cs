namespace Varai.Monitoring;

/// <summary>Commands of which each is given what the one before gave as its last argument.</summary>
internal sealed class AlertTemplatePipeline(IReadOnlyList<AlertTemplateCommand> commands)
{
    public bool UsesValue => commands.Any(c => c.Arguments.Any(a => a.Kind == AlertTemplateOperandKind.Value));

    public object Evaluate(IReadOnlyDictionary<string, string> labels, double value)
    {
        object? passed = null;
        foreach (AlertTemplateCommand command in commands)
        {
            object[] arguments =
            [
                .. command.Arguments.Select(argument => argument.Kind switch
                {
                    AlertTemplateOperandKind.Value => value,
                    AlertTemplateOperandKind.Label => labels.GetValueOrDefault(argument.Text) ?? "",
                    AlertTemplateOperandKind.Number => argument.Number,
                    _ => (object)argument.Text,
                }),
                .. passed is null ? (object[])[] : [passed],
            ];
            passed = command.Function is null ? arguments[0] : AlertTemplateFunctions.Call(command.Function, arguments);
        }

        return passed!;
    }
}
