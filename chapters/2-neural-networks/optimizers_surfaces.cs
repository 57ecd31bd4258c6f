// chapter: optimizers
// title: 옵티마이저의 길 | The ways of optimisers
// computes: 골짜기, 안장, 굽은 골짜기에서 옵티마이저들이 가는 길 | the paths of optimisers through a valley, over a saddle and along a bent valley
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% three surfaces: value (of numbers and of tensors), gradient by hand, a start, the lowest value, and a rate that plain descent survives
int steps = lesson.Parameter("steps", 150, 10, 5000);
double scale = lesson.Parameter("lr", 1.0, 0.01, 10);                // multiplies every rate below
Landscape[] landscapes =
[
    new("valley", lesson.Text("골짜기 (x² + 25y²)/2", "Valley (x² + 25y²)/2"), (x, y) => (x * x + 25 * y * y) / 2, (x, y) => (x * x + 25.0 * y * y) / 2.0, (x, y) => [x, 25 * y], [-4, 1.5], 0, 0.07, (-4.6, 1.4), (-2.2, 2.2)),
    new("saddle", lesson.Text("안장 x²/2 − y²/2 + y⁴/4", "Saddle x²/2 − y²/2 + y⁴/4"),
        (x, y) => x * x / 2 - y * y / 2 + y * y * y * y / 4, (x, y) => x * x / 2.0 - y * y / 2.0 + y.Pow(4) / 4.0, (x, y) => [x, -y + y * y * y], [-2, 0.001], -0.25, 0.1, (-2.3, 1), (-1.3, 1.9)),
    new("banana", lesson.Text("굽은 골짜기 (1−x)² + 5(y−x²)²", "Bent valley (1−x)² + 5(y−x²)²"),
        (x, y) => (1 - x) * (1 - x) + 5 * (y - x * x) * (y - x * x), (x, y) => (1 - x).Square() + 5.0 * (y - x * x).Square(), (x, y) => [-2 * (1 - x) - 20 * x * (y - x * x), 10 * (y - x * x)], [-1.5, 1.2], 0, 0.012, (-2, 2), (-0.8, 3)),
];
foreach (Landscape land in landscapes)
{
    Tensor p = Tensor.From([0.7, -1.3]).RequireGrad();
    lesson.Figure($"gradient.difference.{land.Name}", (Autograd.Grad(land.Formula(p[0], p[1]), p) - Tensor.From(land.Slope(0.7, -1.3))).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
}

// %% the rules by hand: each remembers what it needs and turns a gradient into a step
Func<Tensor, Tensor> Rule(string name, double rate, double decay = 0.9, double squares = 0.999)
{
    Tensor v = Tensor.Scalar(0, DType.Float64), s = Tensor.Scalar(0, DType.Float64);
    int t = 0;
    return name switch
    {
        "GD" => g => rate * g,
        "Momentum" => g => rate * (v = decay * v + (1 - decay) * g),
        "Nesterov" => g => rate * ((1 - decay) * g + decay * (v = decay * v + (1 - decay) * g)),
        "AdaGrad" => g => rate * g / ((s = s + g.Square()).Sqrt() + 1e-10),
        "RMSProp" => g => rate * g / ((s = squares * s + (1 - squares) * g.Square()).Sqrt() + 1e-10),
        "Adam" => g =>
        {
            t++;
            v = decay * v + (1 - decay) * g;
            s = squares * s + (1 - squares) * g.Square();
            return rate * (v / (1 - Math.Pow(decay, t))) / ((s / (1 - Math.Pow(squares, t))).Sqrt() + 1e-10);
        },
        _ => throw new ArgumentException($"There is no rule '{name}'."),
    };
}

// %% first the quartic of chapters 31 to 33: the same rules must give the same places
Tensor[] Walk(Func<Tensor, Tensor> rule, Func<Tensor, Tensor> gradient, Tensor start, int count)
{
    var places = new Tensor[count + 1];
    places[0] = start;
    for (int i = 0; i < count; i++) places[i + 1] = places[i] - rule(gradient(places[i]));
    return places;
}
Tensor Quartic(Tensor x) => (2.0 * x.Pow(3) - 3.0 * x.Square() - 57.0 * x - 27.0) / 100.0; // f' of (x-9)x(x+1)(x+6)/200 + 4
foreach (var (name, rate, expected) in new (string, double, double[])[]
{
    ("GD", 0.4, [-4.852, -4.653951, -4.355512, -4.344626]), ("Momentum", 0.4, [-7.6852, -7.132303, -2.224010, 6.289819]), ("RMSProp", 0.3, [1.486833, 2.821866, 6.351537, 6.335112]),
    ("AdaGrad", 0.3, [-7.7, -7.504021, -6.705037, -4.896222]), ("Adam", 0.3, [-7.7, -7.401959, -5.270237, -4.318353]),
})
{
    Tensor[] x = Walk(Rule(name, rate), Quartic, Tensor.From([-8.0]), 99);
    lesson.Figure($"quartic.{name}", [x[1].Item(), x[2].Item(), x[10].Item(), x[99].Item()], expected, tolerance: 1e-6);
}

// %% now two dimensions: the paths by hand, and the engine's optimisers beside them
(string Name, double Rate)[] Rates(Landscape land) => [("GD", land.Rate * scale), ("Momentum", 3 * land.Rate * scale), ("Nesterov", 3 * land.Rate * scale), ("AdaGrad", 0.8 * scale), ("RMSProp", 0.05 * scale), ("Adam", 0.15 * scale)];
double[] Arrive(Landscape land, int count, Func<ParameterGroups, Optimizer> make)
{
    Tensor p = Tensor.From(land.Start).RequireGrad();
    Optimizer optimizer = make([p]);
    for (int i = 0; i < count; i++)
    {
        using var step = TensorScope.Begin();
        optimizer.ZeroGrad();
        land.Formula(p[0], p[1]).Backward();
        optimizer.Step();
    }
    return p.Detach().ToArray<double>();
}
var paths = new Dictionary<(string Land, string Rule), double[][]>();
foreach (Landscape land in landscapes)
{
    foreach (var (name, rate) in Rates(land))
    {
        Tensor[] way = Walk(Rule(name, rate, squares: name == "RMSProp" ? 0.9 : 0.999), p => Tensor.From(land.Slope(p[0].Item(), p[1].Item())), Tensor.From(land.Start), steps);
        double[][] path = [.. way.Select(place => place.ToArray<double>())];
        paths[(land.Name, name)] = path;
        double[] heights = [.. path.Select(place => land.Height(place[0], place[1]) - land.Lowest)];
        int early = Math.Min(steps, 40);                                   // later, where a path swings, rounding grows
        double[] engine = Arrive(land, early, p => name switch
        {
            "GD" => new SGD(p, rate),
            "Momentum" => new SGD(p, rate * 0.1, momentum: 0.9),
            "Nesterov" => new SGD(p, rate * 0.1, momentum: 0.9, nesterov: true),
            "AdaGrad" => new Adagrad(p, rate, epsilon: 1e-10),
            "RMSProp" => new RMSprop(p, rate, alpha: 0.9, epsilon: 1e-10),
            _ => new Adam(p, rate, epsilon: 1e-10),
        });
        lesson.Figure($"{land.Name}.{name}.height", heights[^1]);
        lesson.Figure($"{land.Name}.{name}.place", path[^1]);
        lesson.Figure($"{land.Name}.{name}.steps.to.0.01", Array.FindIndex(heights, height => height < 0.01));
        lesson.Figure($"{land.Name}.{name}.engine.difference", path[early].Zip(engine, (a, b) => Math.Abs(a - b)).Max(), expected: 0, tolerance: 1e-6);
    }
}

// %% the relatives that only the engine has
foreach (Landscape land in landscapes)
{
    foreach (var (name, make) in new (string, Func<ParameterGroups, Optimizer>)[] {
        ("Adadelta", p => new Adadelta(p, 10 * scale)), ("Adamax", p => new Adamax(p, 0.15 * scale)), ("NAdam", p => new NAdam(p, 0.15 * scale)), ("RAdam", p => new RAdam(p, land.Rate * scale)), ("AdamW", p => new AdamW(p, 0.15 * scale)),
    })
    {
        double[] end = Arrive(land, steps, make);
        lesson.Figure($"{land.Name}.{name}.height", land.Height(end[0], end[1]) - land.Lowest);
    }
}

// %% pictures: paths over contours, the saddle in space, the walk as an animation
Panel Map(Landscape land, int upTo)
{
    double[] xs = [.. Enumerable.Range(0, 81).Select(i => land.X.Low + (land.X.High - land.X.Low) * i / 80)], ys = [.. Enumerable.Range(0, 81).Select(i => land.Y.Low + (land.Y.High - land.Y.Low) * i / 80)];
    var panel = new Panel(land.Title, "x", "y") { XLimits = land.X, YLimits = land.Y }.Contour(xs, ys, Grid.Of(xs, ys, (x, y) => Math.Log10(land.Height(x, y) - land.Lowest + 0.02)), levels: 10, map: ColorMap.Grey);
    foreach (var (name, _) in Rates(land))
        panel.Path(paths[(land.Name, name)].Take(upTo + 1).Select(p => p[0]).ToArray(), paths[(land.Name, name)].Take(upTo + 1).Select(p => p[1]).ToArray(), name);
    return panel;
}
foreach (Landscape land in landscapes) lesson.Plot(land.Name, Map(land, Math.Min(steps, 100)));
var descent = landscapes.Select(land =>
{
    var panel = new Panel(land.Title, lesson.Text("갱신", "update"), lesson.Text("최솟값 위의 높이", "height above the minimum")) { LogY = true, YLimits = (1e-6, 1e2) };
    foreach (var (name, _) in Rates(land)) panel.Line(Tensor.Arange(steps + 1), paths[(land.Name, name)].Select(p => Math.Max(1e-9, land.Height(p[0], p[1]) - land.Lowest)).ToArray(), name);
    return panel;
});
lesson.Plot("heights", new Figure("", 3, [.. descent]));
Landscape saddle = landscapes[1];
double[] sx = [.. Enumerable.Range(0, 41).Select(i => -2.2 + i * 0.075)], sy = [.. Enumerable.Range(0, 41).Select(i => -1.4 + i * 0.07)];
var space = new Panel(lesson.Text("안장 위의 두 길", "Two ways over the saddle"), "x", "y", "f") { View = (-50, 35) }.Surface(sx, sy, Grid.Of(sx, sy, saddle.Height));
foreach (string name in (string[])["GD", "Adam"])
{
    double[][] path = [.. paths[("saddle", name)].Take(101)];
    space.Line3D(path.Select(p => p[0]).ToArray(), path.Select(p => p[1]).ToArray(), path.Select(p => saddle.Height(p[0], p[1]) + 0.03).ToArray(), name, name == "GD" ? Color.Vermilion : Color.Black);
}
lesson.Plot("saddle3d", space);
lesson.Animate("walk", [.. Enumerable.Range(0, 25).Select(frame => (Figure)Map(saddle, Math.Min(steps, frame * 4)))], secondsPerFrame: 0.2);

sealed record Landscape(string Name, string Title, Func<double, double, double> Height, Func<Tensor, Tensor, Tensor> Formula, Func<double, double, double[]> Slope, double[] Start, double Lowest, double Rate, (double Low, double High) X, (double Low, double High) Y);
