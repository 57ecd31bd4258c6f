// chapter: ch1
// title: 합성함수 | Composite functions
// computes: f(x) = 2x와 g(x) = x²을 두 가지 순서로 합성 | f(x) = 2x and g(x) = x² composed in both orders
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% two functions
double Double(double x) => 2 * x;
double Square(double x) => x * x;

lesson.Figure("linear(10)", Double(10), expected: 20);
lesson.Figure("square(10)", Square(10), expected: 100);

// %% composition: what comes out of the inner function goes into the outer one
Func<double, double> Compose(Func<double, double> outer, Func<double, double> inner) => x => outer(inner(x));

Func<double, double> squareOfDouble = Compose(Square, Double);
Func<double, double> doubleOfSquare = Compose(Double, Square);

// %% the order matters: (2x)² = 4x², but 2(x²) = 2x²
double at = lesson.Parameter("x", 2.0, -10, 10);
lesson.Figure("square(linear(x))", squareOfDouble(at), expected: 16);
lesson.Figure("linear(square(x))", doubleOfSquare(at), expected: 8);

lesson.Table(lesson.Text("순서를 바꾸면 값이 달라집니다", "Another order, another value"),
    ["x", "(2x)²", "2x²"],
    from x in Enumerable.Range(-3, 7) select new object[] { x, squareOfDouble(x), doubleOfSquare(x) });

// %% where do the two orders agree? Only where 4x² = 2x², that is at 0
double[] xs = [.. from i in Enumerable.Range(-40, 81) select i / 20.0];
lesson.Plot("composition", new Panel(lesson.Text("두 합성함수", "Two composite functions"), "x", "y")
    .Line(xs, [.. xs.Select(squareOfDouble)], "(2x)²")
    .Line(xs, [.. xs.Select(doubleOfSquare)], "2x²"));

// %% a network is nothing else: layers are functions, one inside the other
Func<double, double> network = Compose(Double, Compose(Square, Double));
lesson.Say("함수를 더 이어 붙이면 신경망처럼 깊어집니다: linear(square(linear(x))) = 8x²", "More functions in a row make it deep, as in a network: linear(square(linear(x))) = 8x²");
lesson.Figure("linear(square(linear(x)))", network(at), expected: 32);
