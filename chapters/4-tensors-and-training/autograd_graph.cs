// chapter: autograd
// title: 자동미분 | Automatic differentiation
// computes: 서른 줄짜리 자동미분기를 만들어 엔진의 것과 비교 | a differentiator of thirty lines, held against the engine's
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% the gradient of a sum of squares is twice the numbers
Tensor x = Tensor.From([-2.0, -1, 0, 1, 2]).RequireGrad();
Tensor sum = x.Square().Sum();
sum.Backward();
lesson.Figure("squares.sum", sum.Item(), expected: 10);
lesson.Figure("squares.gradient", x.Grad!, expected: [-4, -2, 0, 2, 4]);

// %% z = 2w² + 5 at w = 2: dz/dw = 4w = 8
Tensor w = Tensor.Scalar(2, DType.Float64).RequireGrad();
Tensor z = 2.0 * w.Square() + 5.0;
z.Backward();
lesson.Figure("z", z.Item(), expected: 13);
lesson.Figure("z.gradient", w.Grad!.Item(), expected: 8);

// %% gradients add up on the leaf until they are cleared
(2.0 * w.Square() + 5.0).Backward();
lesson.Figure("accumulated", w.Grad!.Item(), expected: 16);
w.ClearGrad();
(2.0 * w.Square() + 5.0).Backward();
lesson.Figure("cleared", w.Grad!.Item(), expected: 8);

// %% backward starts from a single number; a vector needs to be told what to weigh its elements with
bool refused = false;
try { x.Square().Backward(); }
catch (Exception error) when (error is InvalidOperationException or ArgumentException)
{
    refused = true;
    lesson.Say($"거절: {error.Message}", $"Refused: {error.Message}");
}
lesson.Figure("vector.refused", refused ? 1 : 0, expected: 1);
x.ClearGrad();
x.Square().Backward(Tensor.From([1.0, 0, 0, 0, 1]));
lesson.Figure("vector.weighted", x.Grad!, expected: [-4, 0, 0, 0, 4]);

// %% what is detached or computed under NoGrad is a constant
x.ClearGrad();
(x * x.Detach()).Sum().Backward();                                // the second factor counts as a number
lesson.Figure("detached", x.Grad!, expected: [-2, -1, 0, 1, 2]);
using (Autograd.NoGrad()) lesson.Figure("recorded.under.NoGrad", x.Square().RequiresGrad ? 1 : 0, expected: 0);

// %% derivatives of derivatives: f = x³ has 3x², 6x, 6
Tensor at = Tensor.Scalar(2, DType.Float64).RequireGrad();
Tensor first = Autograd.Grad(at.Pow(3), at, createGraph: true), second = Autograd.Grad(first, at, createGraph: true), third = Autograd.Grad(second, at);
lesson.Figure("cube.derivatives", [first.Item(), second.Item(), third.Item()], expected: [12, 12, 6]);

// %% our own: a number remembers what it was computed from and the slope towards each; backward walks the list in reverse
Value p = new(1.5), q = new(-0.5), r = new(2);
Value f = (p * q + r).Tanh() * p + q * q;
f.Backward();
Tensor[] leaves = [Leaf(1.5), Leaf(-0.5), Leaf(2)];
Tensor Leaf(double number) => Tensor.Scalar(number, DType.Float64).RequireGrad();
Tensor F(Tensor[] v) => (v[0] * v[1] + v[2]).Tanh() * v[0] + v[1] * v[1];
F(leaves).Backward();
double[] own = [p.Gradient, q.Gradient, r.Gradient], engine = [.. leaves.Select(leaf => leaf.Grad!.Item())];
lesson.Figure("f", f.Number);
lesson.Figure("f.gradient.own", own);
lesson.Figure("f.gradient.difference", own.Zip(engine, (a, b) => Math.Abs(a - b)).Max(), expected: 0, tolerance: 1e-14);
lesson.Figure("f.nodes", f.Order().Count);

// %% a third witness: the central difference, at many points of sin(x)·exp(-x²/8)
double step = lesson.Parameter("h", 1e-5, 1e-12, 1);
Tensor Wave(Tensor x) => x.Sin() * (x.Square() / -8.0).Exp();
Tensor points = Tensor.Linspace(-6, 6, 241, DType.Float64).RequireGrad();
Tensor slope = Autograd.Grad(Wave(points).Sum(), points);
Tensor plain = points.Detach();
Tensor central = (Wave(plain + step) - Wave(plain - step)) / (2 * step);
Tensor byHand = (plain.Cos() - plain * plain.Sin() / 4.0) * (plain.Square() / -8.0).Exp();
lesson.Figure("wave.central.difference", (slope - central).Abs().Max().Item(), expected: 0, tolerance: 1e-9);
lesson.Figure("wave.hand.difference", (slope - byHand).Abs().Max().Item(), expected: 0, tolerance: 1e-14);
lesson.Plot("wave", new Panel("sin(x)·exp(−x²/8)", "x", "").Line(plain, Wave(plain), "f").Line(plain, slope, lesson.Text("f′ (자동미분)", "f′ (autograd)"))
    .Scatter(plain[TensorIndex.Step(12)], central[TensorIndex.Step(12)], lesson.Text("f′ (중앙 차분)", "f′ (central difference)")));

// %% the graph of our f: numbers flow to the right, gradients back to the left
var names = new Dictionary<Value, string> { [p] = "p", [q] = "q", [r] = "r" };
var graph = new Panel(lesson.Text("f = tanh(pq + r)·p + q²의 계산 그래프: 값과 기울기", "The graph of f = tanh(pq + r)·p + q²: values and gradients")) { Axes = false, XLimits = (-0.5, 6.1), YLimits = (-0.7, 3.6) };
(double X, double Y)[] spots = [(0, 2), (0, 0), (1.2, 1), (0, 3), (2.4, 2), (3.5, 2.6), (4.6, 1.6), (2.4, 0), (5.6, 0.8)];
List<Value> order = f.Order();
var spot = order.Select((value, i) => (value, spots[i])).ToDictionary();
foreach (Value value in order)
{
    foreach (Value parent in value.Parents.Distinct())
        graph.Arrow(spot[parent].X + 0.32, spot[parent].Y, spot[value].X - 0.36, spot[value].Y, color: Color.Grey);
}
foreach (Value value in order)
    graph.Text(spot[value].X, spot[value].Y, FormattableString.Invariant($"{names.GetValueOrDefault(value, value.Name)} = {value.Number:F3}\n∂ {value.Gradient:F3}"));
lesson.Plot("graph", graph);

sealed class Value(double number, string name = "", params (Value Parent, double Slope)[] from)
{
    public double Number => number;
    public string Name => name;
    public double Gradient { get; private set; }
    public IEnumerable<Value> Parents => from.Select(edge => edge.Parent);

    public static Value operator +(Value a, Value b) => new(a.Number + b.Number, "+", (a, 1), (b, 1));
    public static Value operator *(Value a, Value b) => new(a.Number * b.Number, "×", (a, b.Number), (b, a.Number));
    public Value Tanh() => new(Math.Tanh(number), "tanh", (this, 1 - Math.Pow(Math.Tanh(number), 2)));

    public List<Value> Order()                                   // parents first
    {
        var order = new List<Value>();
        void Visit(Value value)
        {
            if (order.Contains(value)) return;
            foreach (Value parent in value.Parents) Visit(parent);
            order.Add(value);
        }
        Visit(this);
        return order;
    }

    public void Backward()
    {
        Gradient = 1;
        foreach (Value value in Enumerable.Reverse(Order())) value.Distribute();
    }

    private void Distribute()
    {
        foreach (var (parent, slope) in from) parent.Gradient += slope * Gradient;
    }
}
