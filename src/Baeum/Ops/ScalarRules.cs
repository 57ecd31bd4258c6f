using Baeum.Kernels;

namespace Baeum;

// Arithmetic with one number: the number goes into the kernel instead of a tensor of its own.

internal sealed class AddScalarRule(double number) : UnaryRule<AddScalarFunction>("Add", new(number))
{
    internal static Tensor Apply(Tensor x, double number) => Autograd.Records(x) ? UnaryOp.Apply(x, new AddScalarRule(number)) : UnaryOp.Compute(x, new AddScalarFunction(number), "Add");

    internal override Tensor Composed(Tensor grad, Tensor? kept) => grad;
}

internal sealed class SubFromScalarRule(double number) : UnaryRule<SubtractFromScalarFunction>("Sub", new(number))
{
    internal static Tensor Apply(Tensor x, double number) => Autograd.Records(x) ? UnaryOp.Apply(x, new SubFromScalarRule(number)) : UnaryOp.Compute(x, new SubtractFromScalarFunction(number), "Sub");

    internal override Tensor Composed(Tensor grad, Tensor? kept) => -grad;
}

internal sealed class MulScalarRule(double number) : UnaryRule<MultiplyScalarFunction>("Mul", new(number))
{
    internal static Tensor Apply(Tensor x, double number) => Autograd.Records(x) ? UnaryOp.Apply(x, new MulScalarRule(number)) : UnaryOp.Compute(x, new MultiplyScalarFunction(number), "Mul");

    internal override Tensor Composed(Tensor grad, Tensor? kept) => UnaryOp.Apply(grad, this);
}

internal sealed class DivScalarRule(double number) : UnaryRule<DivideScalarFunction>("Div", new(number))
{
    internal static Tensor Apply(Tensor x, double number) => Autograd.Records(x) ? UnaryOp.Apply(x, new DivScalarRule(number)) : UnaryOp.Compute(x, new DivideScalarFunction(number), "Div");

    internal override Tensor Composed(Tensor grad, Tensor? kept) => UnaryOp.Apply(grad, this);
}

internal sealed class NegRule() : UnaryRule<NegateFunction>("Neg", wholeStaysWhole: true)
{
    internal override Tensor Composed(Tensor grad, Tensor? kept) => -grad;
}
