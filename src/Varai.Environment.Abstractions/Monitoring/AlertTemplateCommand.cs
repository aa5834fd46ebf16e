namespace Varai.Monitoring;

/// <summary>A function with its arguments; without a function, its only argument.</summary>
internal sealed record AlertTemplateCommand(string? Function, IReadOnlyList<AlertTemplateOperand> Arguments);
