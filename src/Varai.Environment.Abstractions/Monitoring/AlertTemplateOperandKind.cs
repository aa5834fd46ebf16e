namespace Varai.Monitoring;

/// <summary>What an argument is.</summary>
internal enum AlertTemplateOperandKind
{
    Value,
    Label,
    Text,
    Number,
}
