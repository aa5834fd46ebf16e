using System.Runtime.InteropServices;

namespace Varai.Monitoring;

/// <summary>An argument of a function in a template.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AlertTemplateOperand(AlertTemplateOperandKind Kind, string Text = "", double Number = 0);
